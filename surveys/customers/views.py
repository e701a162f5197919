"""Pages of segments, accounts and contacts: lists, one account, and forms."""

from django.contrib import messages
from django.db.models import ProtectedError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import CreateView, DeleteView, DetailView, ListView, UpdateView
from django_filters.views import FilterView

from feedback_site.access.permissions import EDITS_CUSTOMERS, MANAGES_CUSTOMERS, RoleRequiredMixin
from surveys.customers import queries
from surveys.customers.filters import AccountFilter, ContactFilter
from surveys.customers.forms import AccountForm, ContactForm, SegmentForm, attribute_rows
from surveys.customers.models import Account, Contact, Segment
from surveys.customers.removal import consequences_of

PAGE = 25


class CustomersMixin(RoleRequiredMixin):
    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(edits=user.has_role(*EDITS_CUSTOMERS), manages=user.has_role(*MANAGES_CUSTOMERS), **kwargs)


class SavedMixin:
    """Says what was saved or deleted, and goes back."""

    def form_valid(self, form):
        answer = super().form_valid(form)
        messages.success(self.request, _("Saved: %(row)s.") % {"row": self.object})
        return answer


class RemovePage(CustomersMixin, DeleteView):
    """Tells what goes with the row, and asks."""

    template_name = "customers/delete.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(consequences=consequences_of(self.object), back=self.back(), **kwargs)

    def back(self):
        return self.get_success_url()

    def form_valid(self, form):
        name = str(self.object)
        try:
            answer = super().form_valid(form)
        except ProtectedError:
            return self.render_to_response(self.get_context_data(form=form), status=409)
        messages.success(self.request, _("Deleted: %(row)s.") % {"row": name})
        return answer


# --- Segments -------------------------------------------------------------------------------------


class Segments(CustomersMixin, ListView):
    roles = MANAGES_CUSTOMERS
    template_name = "customers/segments.html"
    paginate_by = PAGE

    def get_queryset(self):
        return queries.segments_for_list()


class SegmentMixin(SavedMixin, CustomersMixin):
    roles = MANAGES_CUSTOMERS
    model, form_class = Segment, SegmentForm
    template_name = "customers/segment_form.html"

    def get_success_url(self):
        return reverse("customers:segments")


class AddSegment(SegmentMixin, CreateView):
    pass


class EditSegment(SegmentMixin, UpdateView):
    pass


class RemoveSegment(RemovePage):
    roles = MANAGES_CUSTOMERS
    model = Segment

    def get_success_url(self):
        return reverse("customers:segments")


# --- Accounts -------------------------------------------------------------------------------------


class Accounts(CustomersMixin, FilterView):
    template_name = "customers/accounts.html"
    filterset_class = AccountFilter
    paginate_by = PAGE

    def get_queryset(self):
        return queries.accounts_for_list(self.request.user)


class AccountPage(CustomersMixin, DetailView):
    template_name = "customers/account.html"

    def get_queryset(self):
        return Account.objects.visible_to(self.request.user).with_people()

    def get_context_data(self, **kwargs):
        contacts = Contact.objects.visible_to(self.request.user).filter(account=self.object).order_by("name", "email")
        return super().get_context_data(contacts=contacts, **kwargs)


class AccountEditor(CustomersMixin, UpdateView):
    """An account with its own attributes; without `pk`, a new one."""

    roles = EDITS_CUSTOMERS
    template_name = "customers/account_form.html"

    def get_object(self, queryset=None):
        if "pk" not in self.kwargs:
            return None
        return get_object_or_404(Account.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_form(self, form_class=None):
        return AccountForm(self.request.POST or None, instance=self.object, user=self.request.user)

    def get_context_data(self, **kwargs):
        kwargs.setdefault("attributes", attribute_rows(self.object or Account()))
        return super().get_context_data(**kwargs)

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        form, attributes = self.get_form(), attribute_rows(self.object or Account(), request.POST)
        if not (form.is_valid() & attributes.is_valid()):
            return self.render_to_response(self.get_context_data(form=form, attributes=attributes))
        form.instance.attributes = attributes.attributes()
        account = form.save()
        messages.success(request, _("Saved: %(row)s.") % {"row": account})
        return redirect("customers:account", account.pk)


class AddAccount(AccountEditor):
    roles = MANAGES_CUSTOMERS


class RemoveAccount(RemovePage):
    roles = MANAGES_CUSTOMERS

    def get_queryset(self):
        return Account.objects.visible_to(self.request.user)

    def get_success_url(self):
        return reverse("customers:accounts")

    def back(self):
        return reverse("customers:account", args=[self.object.pk])


# --- Contacts -------------------------------------------------------------------------------------


class Contacts(CustomersMixin, FilterView):
    template_name = "customers/contacts.html"
    filterset_class = ContactFilter
    paginate_by = PAGE

    def get_queryset(self):
        return queries.contacts_for_list(self.request.user)


class ContactMixin(SavedMixin, CustomersMixin):
    roles = EDITS_CUSTOMERS
    form_class = ContactForm
    template_name = "customers/contact_form.html"

    def get_queryset(self):
        return Contact.objects.visible_to(self.request.user).select_related("account")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_success_url(self):
        return reverse("customers:account", args=[self.object.account_id])

    def get_context_data(self, **kwargs):
        kwargs.setdefault("attributes", attribute_rows(self.object or Contact()))
        return super().get_context_data(**kwargs)

    def post(self, request, *args, **kwargs):
        self.object = self.get_object() if "pk" in self.kwargs else None
        form, attributes = self.get_form(), attribute_rows(self.object or Contact(), request.POST)
        if not (form.is_valid() & attributes.is_valid()):
            return self.render_to_response(self.get_context_data(form=form, attributes=attributes))
        form.instance.attributes = attributes.attributes()
        return self.form_valid(form)


class AddContact(ContactMixin, CreateView):
    def get_initial(self):
        return {"account": self.request.GET.get("account", "")}


class EditContact(ContactMixin, UpdateView):
    pass


class RemoveContact(RemovePage):
    roles = EDITS_CUSTOMERS

    def get_queryset(self):
        return Contact.objects.visible_to(self.request.user)

    def get_success_url(self):
        return reverse("customers:account", args=[self.object.account_id])
