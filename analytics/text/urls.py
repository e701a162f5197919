"""Addresses of the themes."""

from django.urls import URLPattern, URLResolver, path

from analytics.text import theme_views

app_name = "themes"

urlpatterns: list[URLPattern | URLResolver] = [
    path("themes/", theme_views.theme_list, name="list"),
    path("themes/progress/", theme_views.progress, name="progress"),
    path("themes/add/", theme_views.add, name="add"),
    path("themes/preview/", theme_views.preview_terms, name="preview"),
    path("themes/<int:pk>/", theme_views.theme, name="theme"),
    path("themes/<int:pk>/merge/", theme_views.merge, name="merge"),
    path("themes/<int:pk>/split/", theme_views.split, name="split"),
    path("themes/<int:pk>/archive/", theme_views.archive, name="archive"),
    path("themes/<int:pk>/restore/", theme_views.restore, name="restore"),
    path("themes/<int:pk>/delete/", theme_views.delete, name="delete"),
]
