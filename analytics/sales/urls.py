"""Addresses of sales: for each kind of rows its list, and pages to add, edit and delete."""

from django.urls import URLPattern, path

from analytics.sales.pages import PAGES
from analytics.sales.views import EDITING, LISTS, editing

app_name = "sales"


def addresses(name: str) -> list[URLPattern]:
    add, edit, delete = editing(PAGES[name], *EDITING[name])
    return [
        path(f"sales/{name}/", LISTS[name].as_view(), name=name),
        path(f"sales/{name}/new/", add, name=f"{name}_add"),
        path(f"sales/{name}/<int:pk>/", edit, name=f"{name}_edit"),
        path(f"sales/{name}/<int:pk>/delete/", delete, name=f"{name}_delete"),
    ]


urlpatterns = [pattern for name in PAGES for pattern in addresses(name)]
