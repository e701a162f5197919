"""Addresses of access."""

from django.urls import path

from feedback_site.access import views

app_name = "access"

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
    path("profile/", views.Profile.as_view(), name="profile"),
    path("profile/tokens/", views.NewToken.as_view(), name="token_add"),
    path("profile/tokens/<str:prefix>/revoke/", views.RevokeToken.as_view(), name="token_revoke"),
    path("users/", views.Users.as_view(), name="users"),
    path("users/new/", views.AddUser.as_view(), name="user_add"),
    path("users/<int:pk>/", views.EditUser.as_view(), name="user_edit"),
    path("users/<int:pk>/access/", views.SetAccess.as_view(), name="user_access"),
    path("users/<int:pk>/password-link/", views.send_password_link, name="password_link"),
    path("teams/", views.Teams.as_view(), name="teams"),
    path("teams/new/", views.AddTeam.as_view(), name="team_add"),
    path("teams/<int:pk>/", views.EditTeam.as_view(), name="team_edit"),
    path("teams/<int:pk>/delete/", views.RemoveTeam.as_view(), name="team_delete"),
    path("audit/", views.Audit.as_view(), name="audit"),
]
