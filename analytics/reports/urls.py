"""Addresses of reports."""

from django.urls import URLPattern, URLResolver, path

from analytics.reports import feedback_views, result_views, theme_views, views

app_name = "reports"

urlpatterns: list[URLPattern | URLResolver] = [
    path("report/", views.SatisfactionRevenue.as_view(), name="satisfaction_revenue"),
    path("report/rows/", views.Rows.as_view(), name="rows"),
    path("report/themes/", theme_views.Themes.as_view(), name="themes"),
    path("results/", result_views.survey_list, name="results_list"),
    path("results/<int:pk>/", result_views.results, name="results"),
    path("feedback/", feedback_views.Feedback.as_view(), name="feedback"),
    path("feedback/<int:pk>/", feedback_views.response, name="response"),
]
