"""Complete surveys to begin with, in Hebrew and English: one click, then publish or change."""

from surveys.authoring.starters import lifecycle, occasions, team
from surveys.authoring.starters.base import Starter
from surveys.authoring.starters.basic import AFTER_SERVICE, AFTER_SUPPORT, RELATIONSHIP

STARTERS = {one.key: one for one in (RELATIONSHIP, AFTER_SERVICE, AFTER_SUPPORT, *lifecycle.ALL, *occasions.ALL, *team.ALL)}

__all__ = ["STARTERS", "Starter"]
