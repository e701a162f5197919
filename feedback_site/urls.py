"""All addresses of the product: each folder brings its own."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from feedback_site.shell import home

urlpatterns = [
    # Administrators decide about addresses, so the page on which users would add more of them is not offered.
    path("login/email/", RedirectView.as_view(pattern_name="access:profile")),
    path("login/", include("allauth.urls")),
    path("", home, name="home"),
    path("api/", include("feedback_site.api_urls")),
    path("", include("feedback_site.access.urls")),
    path("", include("feedback_site.imports.urls")),
    *([path("anymail/", include("anymail.urls"))] if settings.MAIL_PROVIDER else []),
    path("", include("surveys.customers.urls")),
    path("", include("surveys.authoring.urls")),
    path("", include("surveys.distribution.urls")),
    path("", include("surveys.collection.urls")),
    path("", include("surveys.followup.urls")),
    path("", include("analytics.text.urls")),
    path("", include("analytics.sales.urls")),
    path("", include("analytics.reports.urls")),
]
