"""Addresses of reports."""

from django.urls import URLPattern, URLResolver, path

from analytics.reports import disagreement_views, feedback_views, judge_views, quality_views, result_views, theme_views, views

app_name = "reports"

urlpatterns: list[URLPattern | URLResolver] = [
    path("report/", views.SatisfactionRevenue.as_view(), name="satisfaction_revenue"),
    path("report/rows/", views.Rows.as_view(), name="rows"),
    path("report/themes/", theme_views.Themes.as_view(), name="themes"),
    path("results/", result_views.survey_list, name="results_list"),
    path("results/<int:pk>/", result_views.results, name="results"),
    path("feedback/", feedback_views.Feedback.as_view(), name="feedback"),
    path("feedback/disagreements/", disagreement_views.Disagreements.as_view(), name="disagreements"),
    path("feedback/<int:pk>/both-right/", disagreement_views.dismiss, name="dismiss"),
    path("feedback/<int:pk>/both-right/undo/", disagreement_views.undo, name="undo_dismissal"),
    path("feedback/<int:pk>/", feedback_views.response, name="response"),
    path("text/answers/<int:pk>/judge/", judge_views.judge, name="judge"),
    path("text/answers/<int:pk>/judge/undo/", judge_views.take_back, name="take_back"),
    path("text/quality/", quality_views.quality, name="quality"),
    path("text/check/", quality_views.Check.as_view(), name="check"),
]
