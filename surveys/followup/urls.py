"""Addresses of followup."""

from django.urls import URLPattern, URLResolver, path

from surveys.followup import alert_views, views

app_name = "followup"

urlpatterns: list[URLPattern | URLResolver] = [
    path("alerts/", alert_views.Alerts.as_view(), name="alerts"),
    path("alerts/seen/", alert_views.seen, name="all_seen"),
    path("alerts/seen/undo/", alert_views.undo_seen, name="undo_seen"),
    path("alerts/<int:pk>/seen/", alert_views.seen, name="alert_seen"),
    path("feedback/<int:pk>/handle/", views.handle, name="handle"),
    path("feedback/<int:pk>/handle/undo/", views.undo, name="undo"),
    path("feedback/<int:pk>/count/", views.count, name="count"),
]
