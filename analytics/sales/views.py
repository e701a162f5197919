"""Pages of sales: a list for each kind of row, with totals at its head; leadership adds, edits and deletes."""

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import CreateView, DeleteView, UpdateView
from django_filters.views import FilterView

from analytics.sales import filters, forms, queries
from analytics.sales.models import Campaign, ExchangeRate, Opportunity, RevenueEntry, Spend
from analytics.sales.pages import PAGES, SalesPage
from feedback_site.access.permissions import EVERYONE, MANAGES_SALES, RoleRequiredMixin
from surveys.customers.models import Representative


class SalesMixin(RoleRequiredMixin):
    """What all pages of sales share: their tabs, the rows that the user sees, and whether the user may change them."""

    page: SalesPage = None

    def get_queryset(self):
        rows = self.rows()
        return rows.visible_to(self.request.user) if hasattr(rows, "visible_to") else rows

    def rows(self):
        return self.model.objects.all()

    def get_context_data(self, **kwargs):
        manages = self.request.user.has_role(*MANAGES_SALES)
        return super().get_context_data(pages=PAGES, page=self.page, manages=manages, **kwargs)


class SalesList(SalesMixin, FilterView):
    roles = EVERYONE
    paginate_by = 25

    @cached_property
    def filtered(self):
        return self.object_list

    def get_template_names(self):
        return [f"sales/{self.page.name}.html"]


class EditMixin(SalesMixin):
    """A form, and back to the list."""

    roles = MANAGES_SALES
    template_name = "sales/form.html"

    def get_success_url(self):
        return reverse(self.page.list_view)

    def form_valid(self, form):
        answer = super().form_valid(form)
        messages.success(self.request, _("Saved: %(row)s.") % {"row": self.object})
        return answer


class AddView(EditMixin, CreateView):
    pass


class EditView(EditMixin, UpdateView):
    pass


class DeletePage(SalesMixin, DeleteView):
    roles = MANAGES_SALES
    template_name = "sales/delete.html"

    def get_success_url(self):
        return reverse(self.page.list_view)

    def form_valid(self, form):
        name = str(self.object)
        answer = super().form_valid(form)
        messages.success(self.request, _("Deleted: %(row)s.") % {"row": name})
        return answer


class Opportunities(SalesList):
    page, model, filterset_class = PAGES["opportunities"], Opportunity, filters.OpportunityFilter

    def rows(self):
        return queries.opportunities_for_list()

    def get_context_data(self, **kwargs):
        return super().get_context_data(results=queries.results(self.filtered), **kwargs)


class Revenue(SalesList):
    page, model, filterset_class = PAGES["revenue"], RevenueEntry, filters.RevenueFilter

    def rows(self):
        return queries.revenue_for_list()

    def get_context_data(self, **kwargs):
        return super().get_context_data(totals=queries.revenue_totals(self.filtered), **kwargs)


class SpendList(SalesList):
    page, model, filterset_class = PAGES["spend"], Spend, filters.SpendFilter

    def rows(self):
        return queries.spend_for_list()

    def get_context_data(self, **kwargs):
        return super().get_context_data(totals=queries.spend_totals(self.filtered), **kwargs)


class ResultsList(SalesList):
    """Rows with the opportunities that the user sees behind each of them."""

    by: str

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        # An opportunity that is still open belongs to every period.
        period = self.filterset.in_period("closed_on")
        seen = Opportunity.objects.visible_to(self.request.user).filter(period | queries.STILL_OPEN if period else period)
        results = queries.results_by(seen, self.by, [row.pk for row in context["page_obj"]])
        for row in context["page_obj"]:
            row.results = results[row.pk]
        return context


class Campaigns(ResultsList):
    page, model, filterset_class, by = PAGES["campaigns"], Campaign, filters.CampaignFilter, "campaign"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        spend = Spend.objects.visible_to(self.request.user).filter(self.filterset.in_period("spent_on"))
        spent = queries.spend_by_campaign(spend, [row.pk for row in context["page_obj"]])
        for row in context["page_obj"]:
            row.spent = spent[row.pk]
        return context


class Representatives(ResultsList):
    page, model, filterset_class, by = PAGES["representatives"], Representative, filters.RepresentativeFilter, "representative"

    def rows(self):
        return Representative.objects.select_related("user")


class Rates(SalesList):
    page, model, filterset_class = PAGES["rates"], ExchangeRate, filters.RateFilter


def editing(page, model, form):
    """The three views that change rows of one kind: add, edit, delete."""
    shared = {"page": page, "model": model}
    return (
        AddView.as_view(**shared, form_class=form),
        EditView.as_view(**shared, form_class=form),
        DeletePage.as_view(**shared),
    )


EDITING = {
    "opportunities": (Opportunity, forms.OpportunityForm),
    "revenue": (RevenueEntry, forms.RevenueForm),
    "spend": (Spend, forms.SpendForm),
    "campaigns": (Campaign, forms.CampaignForm),
    "representatives": (Representative, forms.RepresentativeForm),
    "rates": (ExchangeRate, forms.RateForm),
}
LISTS = {view.page.name: view for view in (Opportunities, Revenue, SpendList, Campaigns, Representatives, Rates)}
