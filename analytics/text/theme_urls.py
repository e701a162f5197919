"""Addresses of the themes."""

from django.urls import URLPattern, URLResolver, path

from analytics.text import suggestion_views, theme_views

app_name = "themes"

urlpatterns: list[URLPattern | URLResolver] = [
    path("themes/", theme_views.theme_list, name="list"),
    path("themes/progress/", theme_views.progress, name="progress"),
    path("themes/add/", theme_views.add, name="add"),
    path("themes/suggestions/", suggestion_views.suggestions, name="suggestions"),
    path("themes/suggestions/ask/", suggestion_views.ask, name="ask"),
    path("themes/suggestions/<int:pk>/accept/", suggestion_views.accept, name="accept"),
    path("themes/suggestions/<int:pk>/discard/", suggestion_views.discard, name="discard"),
    path("themes/suggestions/<int:pk>/bring-back/", suggestion_views.bring_back, name="bring_back"),
    path("themes/preview/", theme_views.preview_terms, name="preview"),
    path("themes/<int:pk>/", theme_views.theme, name="theme"),
    path("themes/<int:pk>/merge/", theme_views.merge, name="merge"),
    path("themes/<int:pk>/split/", theme_views.split, name="split"),
    path("themes/<int:pk>/archive/", theme_views.archive, name="archive"),
    path("themes/<int:pk>/restore/", theme_views.restore, name="restore"),
    path("themes/<int:pk>/delete/", theme_views.delete, name="delete"),
]
