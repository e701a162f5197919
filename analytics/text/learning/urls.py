"""Addresses of the engines that read texts."""

from django.urls import URLPattern, URLResolver, path

from analytics.text.learning import views

app_name = "text"

urlpatterns: list[URLPattern | URLResolver] = [
    path("text/engines/", views.engines, name="engines"),
    path("text/engines/progress/", views.progress, name="progress"),
    path("text/engines/<slug:language>/", views.language, name="language"),
    path("text/engines/<slug:language>/supply/", views.supply, name="supply"),
    path("text/engines/<slug:language>/train/", views.train, name="train"),
    path("text/engines/<slug:language>/restore/", views.restore, name="restore"),
    path("text/engines/<slug:language>/use/<slug:key>/", views.use, name="use"),
]
