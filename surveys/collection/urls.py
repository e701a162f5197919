"""Addresses of collection."""

from django.urls import URLPattern, URLResolver, path

from surveys.collection import staff_views, views

app_name = "collection"

urlpatterns: list[URLPattern | URLResolver] = [
    path("a/<str:token>/", views.answer, name="answer"),
    path("s/<str:token>/", views.link, name="link"),
    path("s/<str:token>/<str:reference>/", views.link, name="link_response"),
    path("t/<str:token>/", views.trial, name="trial"),
    path("team/", staff_views.team_surveys, name="team_surveys"),
    path("team/<str:token>/", staff_views.team, name="team"),
    path("links/<int:pk>/count-set-aside/", staff_views.count_set_aside, name="count_set_aside"),
    path("interviews/<int:pk>/", staff_views.interview_response, name="interview_response"),
    path("interviews/new/<int:contact_pk>/", staff_views.choose_interview, name="choose_interview"),
    path("interviews/new/<int:contact_pk>/<int:survey_pk>/", staff_views.interview, name="interview"),
]
