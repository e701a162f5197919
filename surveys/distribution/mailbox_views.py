"""The local mailbox: what the embedded product "sends" is read here."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from feedback_site.access.permissions import MANAGES_SURVEYS, role_required
from surveys.distribution.mail_frame import mail_frame
from surveys.distribution.maildir import LocalMailbox, html_for_browser, part

PAGE = 25


@require_GET
@role_required(*MANAGES_SURVEYS)
def mailbox(request: HttpRequest) -> HttpResponse:
    box = local_mailbox()
    page: Any = Paginator(box.keys, PAGE).get_page(request.GET.get("page"))
    return render(request, "distribution/mailbox.html", {"page_obj": page, "mails": box.summaries(page.object_list)})


@require_GET
@role_required(*MANAGES_SURVEYS)
def mail(request: HttpRequest, key: str) -> HttpResponse:
    box = local_mailbox()
    summary, message = box.summary(key), box.message(key)
    if summary is None or message is None:
        raise Http404
    context = {"mail": summary, "text": part(message, "plain"), "has_html": bool(part(message, "html")), "headers": message.items()}
    return render(request, "distribution/mail.html", context)


@require_GET
@role_required(*MANAGES_SURVEYS)
@xframe_options_sameorigin
@mail_frame
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    message = local_mailbox().message(key)
    if message is None:
        raise Http404
    return HttpResponse(html_for_browser(message))


@require_GET
@role_required(*MANAGES_SURVEYS)
def mail_raw(request: HttpRequest, key: str) -> HttpResponse:
    content = local_mailbox().content(key)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


def local_mailbox() -> LocalMailbox:
    """Only the embedded mode has one."""
    if settings.MAILBOX_DIR is None:
        raise Http404
    return LocalMailbox(settings.MAILBOX_DIR)
