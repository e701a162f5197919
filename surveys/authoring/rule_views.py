"""The page on which the rules of a question are read, added and taken away."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views import View
from django.views.decorators.http import require_POST

from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from surveys.authoring import queries, rules
from surveys.authoring.conditions import WITHOUT_VALUE, comparisons_for


class RulesPage(RoleRequiredMixin, View):
    """First what a rule is about, then how it is compared: two steps, so that no script is needed."""

    roles = MANAGES_SURVEYS

    def get(self, request, pk):
        return self._show(request, get_object_or_404(queries.in_drafts(), pk=pk))

    def post(self, request, pk):
        question = get_object_or_404(queries.in_drafts(), pk=pk)
        group = request.POST.get("group", "")
        data = (request.POST.get(name, "") for name in ("subject", "is", "value"))
        try:
            rules.add_rule(question, int(group) if group.isdecimal() else None, *data)
        except ValidationError as error:
            return self._show(request, question, error.messages, status=422)
        return redirect("authoring:rules", pk)

    def _show(self, request, question, problems=(), status=200):
        subject = (request.POST if request.method == "POST" else request.GET).get("subject", "")
        subjects = rules.subjects(question)
        try:
            asked, is_chosen = rules.about(question, subject), True
        except ValidationError:
            asked, is_chosen = None, False
        context = {
            "question": question,
            "version": question.version,
            "groups": rules.in_words(question, get_language()),
            "subjects": subjects,
            "subject": subject if is_chosen else "",
            "subject_name": dict(subjects).get(subject, subject),
            "comparisons": rules.comparisons(asked) if is_chosen else [],
            "values": rules.values_of(asked, get_language()),
            "needs_value": is_chosen and set(comparisons_for(asked)) - set(WITHOUT_VALUE),
            "problems": problems,
        }
        return render(request, "authoring/rules.html", context, status=status)


@require_POST
@role_required(*MANAGES_SURVEYS)
def remove(request, pk):
    question = get_object_or_404(queries.in_drafts(), pk=pk)
    group, place = (request.POST.get(name, "") for name in ("group", "place"))
    if group.isdecimal() and place.isdecimal():
        try:
            rules.remove_rule(question, int(group), int(place))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("authoring:rules", pk)
