"""How the mails of a survey look and who they are from: the survey's own brand, else the organisation's, else the settings."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from feedback_site.mails import Look, plain_look
from surveys.authoring.models import Survey
from surveys.distribution.brand_models import Brand

LARGEST_UPLOAD = 2 * 1024 * 1024
LARGEST_PICTURE = 20_000_000  # pixels
LOGO_SIZE = (480, 120)  # twice what is shown, for dense screens
LARGEST_LOGO = 20 * 1024
FORMATS = ("PNG", "JPEG", "WEBP")


def look_of(survey: Survey | None) -> Look:
    """The look of `survey`'s mails, or of the organisation's; one query."""
    return look_from(brands_of(survey.pk if survey else None))


def brands_of(survey_pk: int | None) -> list[Brand]:
    """The survey's own brand and the organisation's, as far as there are any, the more special one first."""
    rows = {brand.survey_id: brand for brand in Brand.objects.filter(Q(survey=survey_pk) | Q(survey=None))}
    return [rows[key] for key in dict.fromkeys((survey_pk, None)) if key in rows]


def look_from(brands: Iterable[Brand]) -> Look:
    """What the first of `brands` leaves empty is the next one's, and then the settings'."""
    brands, plain = list(brands), plain_look()

    def first(name: str, otherwise: Any = "") -> Any:
        return next((value for brand in brands if (value := getattr(brand, name))), otherwise)

    logo = bytes(first("logo", b""))
    return Look(
        name=first("name", plain.name),
        sender_email=first("sender_email", plain.sender_email),
        colour=first("colour", plain.colour),
        reply_to=first("reply_to"),
        logo=logo,
        logo_height=shown_size(logo)[1],
    )


def shown_size(logo: bytes) -> tuple[int, int]:
    """Width and height in CSS pixels; zeros without a logo."""
    if not logo:
        return 0, 0
    width, height = Image.open(BytesIO(logo)).size
    return max(1, width // 2), max(1, height // 2)


def small_logo(upload: IO[bytes]) -> bytes:
    """The picture as a PNG that is small enough for a mail; ValidationError says what is wrong with it."""
    try:
        picture = Image.open(upload, formats=FORMATS)
        if picture.width * picture.height > LARGEST_PICTURE:
            raise ValidationError(_("This picture has too many pixels. Make it smaller, as 480 × 120."))
        small = picture.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise ValidationError(_("This is no picture that can be read. Choose a PNG, JPEG or WebP file.")) from None
    small.thumbnail(LOGO_SIZE)
    for colours in (256, 64, 16):
        file = BytesIO()
        small.quantize(colours, method=Image.Quantize.FASTOCTREE).save(file, "PNG", optimize=True)
        if file.tell() <= LARGEST_LOGO:
            return file.getvalue()
    raise ValidationError(_("This picture stays too large for a mail. Choose one with fewer colours."))
