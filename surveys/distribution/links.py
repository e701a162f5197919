"""Links to publish: their address, their QR code, and the lines that put them into a site."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import segno
from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html

from surveys.distribution.link_models import Link

QR_KINDS = {"svg": "image/svg+xml", "png": "image/png"}
PARTIAL, COMPLETE = "partial", "complete"  # surveys.collection's words for the states of a response


def address(link: Link) -> str:
    """Where it leads: customers to the public page, the own team to the one behind the login."""
    view = "collection:team" if link.survey.is_of_team else "collection:link"
    return f"{settings.SITE_URL}{reverse(view, args=[link.token])}"


def qr_code(link: Link, kind: str) -> bytes:
    """The address as a picture, `svg` or `png`, with error correction for print (level Q, 25 %)."""
    picture = BytesIO()
    segno.make(address(link), error="q", micro=False).save(picture, kind=kind, scale=10, border=4, dark="#000", light="#fff")
    return picture.getvalue()


@dataclass(frozen=True)
class Embedding:
    """The two ways into a site: a script that fits the height, and a plain frame."""

    script: str
    frame: str


def embedding(link: Link) -> Embedding:
    version = link.survey.published
    title = version.text("title", version.default_language) if version else link.survey.name  # what customers see
    script_address = f"{settings.SITE_URL}{settings.STATIC_URL}kesher/embed.js"  # without the hash, which the next version changes
    script = format_html('<script src="{}" data-survey="{}" data-title="{}" defer></script>', script_address, address(link), title)
    style = "width: 100%; height: 640px; border: 0"
    frame = format_html('<iframe src="{}" title="{}" style="{}" loading="lazy"></iframe>', address(link), title, style)
    return Embedding(script, frame)


def links_with_counts() -> "QuerySet[Link, Any]":
    """Newest first, each with what came over it."""
    return (
        Link.objects.select_related("survey", "account")
        .annotate(
            complete=Count("responses", filter=Q(responses__state=COMPLETE, responses__set_aside="")),
            partial=Count("responses", filter=Q(responses__state=PARTIAL, responses__set_aside="")),
            set_aside=Count("responses", filter=~Q(responses__set_aside="")),
        )
        .order_by("-created_at", "-pk")
    )


def stop(link: Link) -> None:
    link.is_stopped = True
    link.save(update_fields=["is_stopped"])


def go_on(link: Link) -> None:
    link.is_stopped = False
    link.save(update_fields=["is_stopped"])
