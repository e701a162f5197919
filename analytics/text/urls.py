"""Addresses of what reads the texts: themes and engines."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("analytics.text.themes.urls")),
    path("", include("analytics.text.learning.urls")),
]
