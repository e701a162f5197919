"""The references that stand in tokens and addresses."""

import secrets


def new_reference() -> str:
    """Sixteen letters that nobody can guess (96 bits)."""
    return secrets.token_urlsafe(12)
