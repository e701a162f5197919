"""Addresses of the engines that read texts."""

from django.urls import URLPattern, URLResolver, path

from analytics.text import engine_views

app_name = "text"

urlpatterns: list[URLPattern | URLResolver] = [
    path("text/engines/", engine_views.engines, name="engines"),
    path("text/engines/progress/", engine_views.progress, name="progress"),
    path("text/engines/<slug:language>/", engine_views.language, name="language"),
    path("text/engines/<slug:language>/supply/", engine_views.supply, name="supply"),
    path("text/engines/<slug:language>/train/", engine_views.train, name="train"),
    path("text/engines/<slug:language>/restore/", engine_views.restore, name="restore"),
    path("text/engines/<slug:language>/use/<slug:key>/", engine_views.use, name="use"),
]
