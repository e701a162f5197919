"""The pages of sales, in the order of their tabs, and their addresses."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class SalesPage:
    """A kind of rows: its list, and the pages that add, edit and delete one."""

    name: str
    title: Promise
    add_title: Promise
    delete_title: Promise
    icon: str

    @property
    def list_view(self) -> str:
        return f"sales:{self.name}"

    @property
    def add_view(self) -> str:
        return f"sales:{self.name}_add"

    @property
    def edit_view(self) -> str:
        return f"sales:{self.name}_edit"

    @property
    def delete_view(self) -> str:
        return f"sales:{self.name}_delete"


_ALL = (
    SalesPage("opportunities", _("Opportunities"), _("New opportunity"), _("Delete this opportunity?"), "trophy"),
    SalesPage("revenue", _("Revenue"), _("New revenue entry"), _("Delete this revenue entry?"), "cash-stack"),
    SalesPage("spend", _("Spend"), _("New spend"), _("Delete this spend?"), "wallet2"),
    SalesPage("campaigns", _("Marketing campaigns"), _("New campaign"), _("Delete this campaign?"), "megaphone"),
    SalesPage("representatives", _("Sales representatives"), _("New representative"), _("Delete this representative?"), "person-badge"),
    SalesPage("rates", _("Exchange rates"), _("New exchange rate"), _("Delete this exchange rate?"), "currency-exchange"),
)
PAGES = {page.name: page for page in _ALL}
