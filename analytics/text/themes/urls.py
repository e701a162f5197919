"""Addresses of the themes."""

from django.urls import URLPattern, URLResolver, path

from analytics.text.themes import suggestion_views, views

app_name = "themes"

urlpatterns: list[URLPattern | URLResolver] = [
    path("themes/", views.theme_list, name="list"),
    path("themes/progress/", views.progress, name="progress"),
    path("themes/add/", views.add, name="add"),
    path("themes/suggestions/", suggestion_views.suggestions, name="suggestions"),
    path("themes/suggestions/ask/", suggestion_views.ask, name="ask"),
    path("themes/suggestions/<int:pk>/accept/", suggestion_views.accept, name="accept"),
    path("themes/suggestions/<int:pk>/discard/", suggestion_views.discard, name="discard"),
    path("themes/suggestions/<int:pk>/bring-back/", suggestion_views.bring_back, name="bring_back"),
    path("themes/preview/", views.preview_terms, name="preview"),
    path("themes/<int:pk>/", views.theme, name="theme"),
    path("themes/<int:pk>/merge/", views.merge, name="merge"),
    path("themes/<int:pk>/split/", views.split, name="split"),
    path("themes/<int:pk>/archive/", views.archive, name="archive"),
    path("themes/<int:pk>/restore/", views.restore, name="restore"),
    path("themes/<int:pk>/delete/", views.delete, name="delete"),
]
