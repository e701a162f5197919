"""Addresses of imports."""

from django.urls import URLPattern, URLResolver, path

from feedback_site.imports import views

app_name = "imports"

urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", views.ListPage.as_view(), name="list"),
    path("imports/new/", views.UploadPage.as_view(), name="upload"),
    path("imports/kinds/", views.KindsPage.as_view(), name="kinds"),
    path("imports/kinds/<slug:kind>.<slug:file_format>", views.EmptyFile.as_view(), name="empty_file"),
    path("imports/<int:pk>/", views.DetailPage.as_view(), name="detail"),
    path("imports/<int:pk>/mapping/", views.MappingPage.as_view(), name="mapping"),
    path("imports/<int:pk>/mapping.json", views.MappingDownload.as_view(), name="mapping_file"),
    path("imports/<int:pk>/reopen/", views.ReopenAction.as_view(), name="reopen"),
    path("imports/<int:pk>/problems.<slug:file_format>", views.ProblemsDownload.as_view(), name="problems"),
]
