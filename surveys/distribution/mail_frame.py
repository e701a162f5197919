"""Showing a mail inside a page: in a sandbox, with the inline styles that mails need and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseBase

# The same words stand at the iframe; here they also hold when the mail is opened on its own.
SANDBOX = ["allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation"]
POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "connect-src": [NONE],
    "form-action": [NONE],
    "frame-src": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": SANDBOX,
}
OPEN_OUTSIDE = b'<base target="_blank">'


def mail_frame(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """For views that return the HTML of a mail: its links open in a new tab, its scripts never run."""

    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        before, head, after = response.content.rpartition(b"<head>")
        response.content = before + head + OPEN_OUTSIDE + after
        return response

    return csp_replace(POLICY)(framed)
