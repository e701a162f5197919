"""What keeps programs out of public links: limits by address and survey, and signs that no person answers.

Nothing that somebody may have meant is thrown away: a suspicious response is kept, set aside, and shown to the staff.
Addresses are counted in the cache, and stored nowhere.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.throttling import SimpleRateThrottle

from surveys.collection.models import Response
from surveys.collection.opened import is_too_fast, reference_of
from surveys.distribution.link_models import Link

logger = logging.getLogger(__name__)

SetAside = Response.SetAside
LOOKED = timedelta(seconds=5)  # who is still answering then is a person, who was quick with the first answer
HONEYPOT = "website"


class Limit(SimpleRateThrottle):
    """So many new responses to one survey from one address."""

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{type(self).__name__}:{view.survey_id}:{self.get_ident(request)}"

    def allow_request(self, request: Any, view: Any) -> bool:
        """Where nobody can count, nobody is refused: an answer is worth more than the limit."""
        try:
            return bool(super().allow_request(request, view))
        except RedisError:
            logger.exception("responses over links are not counted: the cache is away")
            return True


class Many(Limit):
    """Above this they are looked at: thirty people of one office may well answer, a thousand do not."""

    rate = "30/hour"


class TooMany(Limit):
    """Above this they are asked to wait."""

    rate = "20/min"


@dataclass(frozen=True)
class Guard:
    """What one request over `link` shows of who sent it."""

    request: HttpRequest
    link: Link

    @property
    def reference(self) -> str:
        """As `reference_of`, of the page that was sent."""
        return reference_of(self.request.POST.get("opened", ""), f"link:{self.link.pk}")

    def admits(self) -> bool:
        """Whether one more response may begin; each call counts."""
        return TooMany().allow_request(self.request, self.link)  # type: ignore[arg-type]

    def suspicion(self) -> str:
        """Why the response is set aside; empty where nothing speaks against it."""
        if self.request.POST.get(HONEYPOT):
            return SetAside.HIDDEN_FIELD
        if is_too_fast(self.request.POST.get("opened", "")):
            return SetAside.TOO_FAST
        return "" if Many().allow_request(self.request, self.link) else SetAside.TOO_MANY  # type: ignore[arg-type]
