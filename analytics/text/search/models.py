"""The texts of answers as they are searched."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from surveys.collection.models import Answer, AnswerQuerySet, identified

# Of how words are brought into their forms, and of what is masked: a change of `words` or of `feedback_site.personal` makes it one more,
# and every text is looked at again; so does another region of telephone numbers.
RULES = 3
VERSION = 1000 * RULES + 26 * (ord(settings.PHONE_REGION[0]) - ord("A")) + ord(settings.PHONE_REGION[1]) - ord("A")


class SearchText(models.Model):
    """The normal words of one text answer, and every form that they are found as, with spaces around each.

    For who may not read personal data the same of the masked text, where that differs: what is masked must not be found, or
    searching would tell it. On PostgreSQL `forms` has a GIN index (see the migration); SQLite looks through them.
    """

    answer = models.OneToOneField(Answer, models.CASCADE, primary_key=True, related_name="search_text")
    words = models.TextField()
    forms = models.TextField()
    is_masked = models.BooleanField(default=False)
    masked_words = models.TextField(blank=True)
    masked_forms = models.TextField(blank=True)
    version = models.PositiveSmallIntegerField()
    answer_updated_at = models.DateTimeField()  # of the text that was looked at

    class Meta:
        verbose_name = "search text"

    def __str__(self) -> str:
        return f"{self.answer_id}"


class SearchMark(models.Model):
    """Of one version of the rules: when everything that had changed by then was taken up.

    It only spares looking through all texts for those that still wait; what waits is told by `awaiting_search`.
    """

    version = models.PositiveSmallIntegerField(primary_key=True)
    complete_at = models.DateTimeField()

    class Meta:
        verbose_name = "search mark"

    def __str__(self) -> str:
        return f"{self.version}: {self.complete_at}"


def awaiting_search(answers: AnswerQuerySet | None = None) -> AnswerQuerySet:
    """Those of `answers`, or of all, whose text is not searched yet, or has changed since.

    Not those of anonymous surveys, which nobody reads one by one.
    """
    never = Q(search_text__isnull=True) & ~Q(text="")
    changed = ~Q(search_text__answer_updated_at=F("updated_at")) | ~Q(search_text__version=VERSION)
    found = Answer.objects.all() if answers is None else answers
    return found.filter(identified("response__")).filter(never | Q(search_text__isnull=False) & changed)
