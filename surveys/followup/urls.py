"""Addresses of followup."""

from django.urls import URLPattern, URLResolver, path

from surveys.followup import views

app_name = "followup"

urlpatterns: list[URLPattern | URLResolver] = [
    path("feedback/<int:pk>/handle/", views.handle, name="handle"),
    path("feedback/<int:pk>/handle/undo/", views.undo, name="undo"),
    path("feedback/<int:pk>/count/", views.count, name="count"),
]
