"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedUsersOnly(DefaultAccountAdapter):
    """Nobody signs up alone: an administrator adds users."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
