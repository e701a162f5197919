"""Addresses of customers."""

from django.urls import path

from surveys.customers import views

app_name = "customers"

urlpatterns = [
    path("segments/", views.Segments.as_view(), name="segments"),
    path("segments/new/", views.AddSegment.as_view(), name="segment_add"),
    path("segments/<int:pk>/", views.EditSegment.as_view(), name="segment_edit"),
    path("segments/<int:pk>/delete/", views.RemoveSegment.as_view(), name="segment_delete"),
    path("accounts/", views.Accounts.as_view(), name="accounts"),
    path("accounts/new/", views.AddAccount.as_view(), name="account_add"),
    path("accounts/<int:pk>/", views.AccountPage.as_view(), name="account"),
    path("accounts/<int:pk>/edit/", views.AccountEditor.as_view(), name="account_edit"),
    path("accounts/<int:pk>/delete/", views.RemoveAccount.as_view(), name="account_delete"),
    path("contacts/", views.Contacts.as_view(), name="contacts"),
    path("contacts/new/", views.AddContact.as_view(), name="contact_add"),
    path("contacts/<int:pk>/", views.EditContact.as_view(), name="contact_edit"),
    path("contacts/<int:pk>/delete/", views.RemoveContact.as_view(), name="contact_delete"),
]
