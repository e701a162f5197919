"""Pages of users, teams, the audit log, and one's own profile."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DeleteView, ListView, UpdateView, View
from django_filters.views import FilterView
from knox.models import AuthToken

from feedback_site.access import queries, users
from feedback_site.access.filters import AuditFilter, UserFilter
from feedback_site.access.forms import PreferencesForm, TeamForm, UserForm
from feedback_site.access.history import described
from feedback_site.access.models import Team, User
from feedback_site.access.permissions import MANAGES_USERS, RoleRequiredMixin, role_required

PAGE = 25


# --- One's own ------------------------------------------------------------------------------------


def back(request):
    """To the page that the form stood on, if it is one of ours."""
    wish = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wish, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wish) if wish and is_ours else redirect("home")


@require_POST
def set_language(request):
    """For users, kept with them; for visitors (the login page), in a cookie."""
    response, language = back(request), request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86_400, samesite="Lax", secure=request.is_secure())
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
    return response


@require_POST
@login_required
def set_theme(request):
    if request.POST.get("theme") in User.Theme.values:
        User.objects.filter(pk=request.user.pk).update(theme=request.POST["theme"])
    return back(request)


class Profile(RoleRequiredMixin, UpdateView):
    form_class = PreferencesForm
    template_name = "access/profile.html"

    def get_object(self, queryset=None):
        return User.objects.get(pk=self.request.user.pk)

    def get_context_data(self, **kwargs):
        tokens = AuthToken.objects.filter(user=self.request.user).order_by("-created")
        return super().get_context_data(tokens=tokens, new_token=kwargs.pop("new_token", ""), **kwargs)

    def form_valid(self, form):
        user = form.save()
        with override(user.language):
            messages.success(self.request, _("Your profile is saved."))
        return redirect("access:profile")


class NewToken(Profile):
    """Shows the token in the answer to the POST, once: afterwards only its hash is known."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        _row, token = AuthToken.objects.create(request.user)
        response = self.render_to_response(self.get_context_data(form=PreferencesForm(instance=self.object), new_token=token))
        response["Cache-Control"] = "no-store"
        return response


class RevokeToken(RoleRequiredMixin, View):
    """Asks, then deletes one of the user's own tokens."""

    def get(self, request, prefix):
        token = get_object_or_404(AuthToken, user=request.user, token_key=prefix)
        return render(request, "access/revoke_token.html", {"token": token})

    def post(self, request, prefix):
        get_object_or_404(AuthToken, user=request.user, token_key=prefix).delete()
        messages.success(request, _("The token is revoked: programs that use it are refused from now on."))
        return redirect("access:profile")


# --- Users ----------------------------------------------------------------------------------------


class Users(RoleRequiredMixin, FilterView):
    roles = MANAGES_USERS
    template_name = "access/users.html"
    filterset_class = UserFilter
    paginate_by = PAGE

    def get_queryset(self):
        return queries.users_for_list()


class AddUser(RoleRequiredMixin, CreateView):
    roles = MANAGES_USERS
    form_class = UserForm
    template_name = "access/user_form.html"

    def form_valid(self, form):
        tell_of_mail(self.request, form.instance, users.add(form.instance))
        return redirect("access:users")


class EditUser(RoleRequiredMixin, UpdateView):
    roles = MANAGES_USERS
    model, form_class = User, UserForm
    template_name = "access/user_form.html"
    context_object_name = "person"

    def form_valid(self, form):
        try:
            users.change(form.instance, **form.cleaned_data)
        except users.LastAdministratorError as refused:
            form.add_error("role", str(refused))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved: %(row)s.") % {"row": form.instance})
        return redirect("access:users")


class SetAccess(RoleRequiredMixin, View):
    """Deactivate (asks first) or activate."""

    roles = MANAGES_USERS

    def get(self, request, pk):
        return render(request, "access/set_access.html", {"person": get_object_or_404(User, pk=pk)})

    def post(self, request, pk):
        person = get_object_or_404(User, pk=pk)
        try:
            (users.deactivate if person.is_active else users.activate)(person)
        except users.LastAdministratorError as refused:
            return render(request, "access/set_access.html", {"person": person, "refused": str(refused)}, status=409)
        said = _("%(row)s can log in again.") if person.is_active else _("%(row)s can not log in any more, and all API tokens are revoked.")
        messages.success(request, said % {"row": person})
        return redirect("access:users")


@require_POST
@role_required(*MANAGES_USERS)
def send_password_link(request, pk):
    person = get_object_or_404(User, pk=pk, is_active=True)
    tell_of_mail(request, person, users.send_password_link(person))
    return redirect("access:user_edit", pk)


def tell_of_mail(request, person, sent):
    if sent:
        said = _("A link to set a password was sent to %(email)s; it works for three days.")
        messages.success(request, said % {"email": person.email})
    else:
        said = _("%(row)s is saved, but the mail server did not take the mail with the link. Open the user, and send the link again.")
        messages.error(request, said % {"row": person})


# --- Teams ----------------------------------------------------------------------------------------


class Teams(RoleRequiredMixin, ListView):
    roles = MANAGES_USERS
    template_name = "access/teams.html"
    paginate_by = PAGE

    def get_queryset(self):
        return queries.teams_for_list()


class TeamMixin(RoleRequiredMixin):
    roles = MANAGES_USERS
    model, form_class = Team, TeamForm
    template_name = "access/team_form.html"

    def get_success_url(self):
        return reverse("access:teams")


class AddTeam(TeamMixin, CreateView):
    pass


class EditTeam(TeamMixin, UpdateView):
    pass


class RemoveTeam(RoleRequiredMixin, DeleteView):
    roles = MANAGES_USERS
    model = Team
    template_name = "access/team_delete.html"

    def get_success_url(self):
        return reverse("access:teams")


# --- Audit log ------------------------------------------------------------------------------------


class Audit(RoleRequiredMixin, FilterView):
    roles = MANAGES_USERS
    template_name = "access/audit.html"
    filterset_class = AuditFilter
    paginate_by = 50

    def get_queryset(self):
        return queries.entries_for_list()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**context, "entries": described(context["page_obj"].object_list)}
