"""Addresses of distribution."""

from django.urls import URLPattern, URLResolver, path

from surveys.distribution import brand_views, limit_views, link_views, mailbox_views, prepare_views, public_views, sample_mail_views, views

app_name = "distribution"

urlpatterns: list[URLPattern | URLResolver] = [
    path("distributions/", views.Distributions.as_view(), name="list"),
    path("distributions/new/", prepare_views.Create.as_view(), name="create"),
    path("distributions/links/", link_views.Links.as_view(), name="links"),
    path("distributions/links/new/", link_views.edit, name="add_link"),
    path("distributions/links/<int:pk>/", link_views.page, name="link"),
    path("distributions/links/<int:pk>/edit/", link_views.edit, name="edit_link"),
    path("distributions/links/<int:pk>/stop/", link_views.stop, name="stop_link"),
    path("distributions/links/<int:pk>/go-on/", link_views.go_on, name="go_on_link"),
    path("distributions/links/<int:pk>/code.<str:kind>", link_views.qr_code, name="qr_code"),
    path("distributions/suppressed/", views.Suppressions.as_view(), name="suppressions"),
    path("distributions/returned/", views.ReturnedMails.as_view(), name="returned"),
    path("distributions/suppressed/export.<str:kind>", views.export_suppressions, name="export_suppressions"),
    path("distributions/suppressed/<int:pk>/lift/", views.lift_suppression, name="lift_suppression"),
    path("distributions/brand/", brand_views.brand, name="brand"),
    path("distributions/brand/<int:pk>/", brand_views.brand, name="brand_of"),
    path("distributions/mail/<int:pk>/<str:language>/<str:kind>/", sample_mail_views.version_mail, name="version_mail"),
    path("distributions/mail/<int:pk>/<str:language>/<str:kind>/text/", sample_mail_views.version_mail_text, name="version_mail_text"),
    path("distributions/mail/<int:pk>/test/", sample_mail_views.send_test, name="send_test"),
    path("distributions/limits/<int:pk>/", limit_views.limits, name="limits"),
    path("distributions/mails/<int:pk>/", views.decide, name="decide"),
    path("distributions/<int:pk>/", views.detail, name="detail"),
    path("distributions/<int:pk>/edit/", prepare_views.Edit.as_view(), name="edit"),
    path("distributions/<int:pk>/dry-run.<str:kind>", prepare_views.export_dry_run, name="export_dry_run"),
    path("distributions/<int:pk>/progress/", views.progress, name="progress"),
    path("distributions/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("distributions/<int:pk>/pause/", views.pause, name="pause"),
    path("distributions/<int:pk>/resume/", views.resume, name="resume"),
    path("distributions/<int:pk>/stop/", views.stop, name="stop"),
    path("distributions/<int:pk>/reminder/", views.reminder, name="reminder"),
    path("distributions/<int:pk>/reminder/plan/", views.plan_reminders, name="plan_reminders"),
    path("distributions/<int:pk>/skipped/", views.Skipped.as_view(), name="skipped"),
    path("distributions/<int:pk>/people/<int:invitation_pk>/", views.person, name="person"),
    path("mailbox/", mailbox_views.mailbox, name="mailbox"),
    path("mailbox/<str:key>/", mailbox_views.mail, name="mail"),
    path("mailbox/<str:key>/html/", mailbox_views.mail_html, name="mail_html"),
    path("mailbox/<str:key>/raw/", mailbox_views.mail_raw, name="mail_raw"),
    path("u/<str:token>/", public_views.unsubscribe, name="unsubscribe"),
    path("u/<str:token>/undo/", public_views.undo_unsubscribe, name="undo_unsubscribe"),
]
