"""The page on which the rules of a question are read, added and taken away."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_noop
from django.views import View
from django.views.decorators.http import require_POST

from feedback_site.access.permissions import MANAGES_SURVEYS, RoleRequiredMixin, role_required
from feedback_site.numbers import whole_number
from surveys.authoring import queries, rules
from surveys.authoring.conditions import WITHOUT_VALUE, comparisons_for
from surveys.authoring.editor_views import step

NEW_GROUP = "new"


def number_or_404(text):
    number = whole_number(text)
    if number is None:
        raise Http404
    return number


class RulesPage(RoleRequiredMixin, View):
    """First what a rule is about, then how it is compared: two steps, so that no script is needed."""

    roles = MANAGES_SURVEYS

    def get(self, request, pk):
        return self._show(request, get_object_or_404(queries.in_drafts(), pk=pk))

    def post(self, request, pk):
        question = get_object_or_404(queries.in_drafts(), pk=pk)
        named, seen = request.POST.get("group", NEW_GROUP), request.POST.get("seen")
        group = None if named == NEW_GROUP else number_or_404(named)
        data = (request.POST.get(name, "") for name in ("subject", "is", "value"))
        try:
            with step(request, question.version, gettext_noop("added a rule to “%(question)s”"), question):
                rules.add_rule(question, group, *data, seen=seen)
        except IndexError:
            raise Http404 from None
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
            "seen": rules.stamp_of_rules(question),
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
    group, place = (number_or_404(request.POST.get(name, "")) for name in ("group", "place"))
    try:
        with step(request, question.version, gettext_noop("took a rule of “%(question)s” away"), question):
            rules.remove_rule(question, group, place, seen=request.POST.get("seen", ""))
    except IndexError:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("authoring:rules", pk)
