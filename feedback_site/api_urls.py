"""Addresses of the API: each folder brings its own; schema and documentation stand beside them."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from analytics.sales.api import router as sales
from analytics.text.api import router as text
from surveys.collection.api import router as collection
from surveys.customers.api import router as customers
from surveys.distribution.api import router as distribution
from surveys.followup.api import router as followup

urlpatterns = [
    *(path("", include(router.urls)) for router in (customers, distribution, collection, followup, sales, text)),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="api/docs.html"), name="api-docs"),
]
