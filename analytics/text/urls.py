"""Addresses of what reads the texts: themes and engines."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("analytics.text.theme_urls")),
    path("", include("analytics.text.engine_urls")),
]
