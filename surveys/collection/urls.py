"""Addresses of collection."""

from django.urls import URLPattern, URLResolver, path

from surveys.collection import views

app_name = "collection"

urlpatterns: list[URLPattern | URLResolver] = [
    path("a/<str:token>/", views.AnswerView.as_view(), name="answer"),
]
