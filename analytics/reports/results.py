"""What a survey found, question by question; versions are joined by the key of the question."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from analytics.linkage.figures import Figure
from analytics.linkage.satisfaction_figures import in_percent, missing, of_estimate
from analytics.reports.releases import Counts, release_of, released
from analytics.reports.result_queries import agreed_at_the_end, asked_by_version, counted, counted_by_month, responses_of, texts_of
from analytics.statistics.means import mean, mean_of_sums
from analytics.statistics.nps import nps
from analytics.statistics.proportions import proportion
from feedback_site.access.models import User
from surveys.authoring.flow import in_order
from surveys.authoring.kinds import kind_of
from surveys.authoring.kinds.choices import Choosing, Matrix, Ranking
from surveys.authoring.kinds.scales import Scale
from surveys.authoring.kinds.statements import Consent
from surveys.authoring.kinds.written import Number, as_number
from surveys.authoring.models import Question, Survey, SurveyVersion
from surveys.authoring.questionnaire import answer_field
from surveys.collection.bands import band_of
from surveys.collection.models import Answer, Band, Response, ResponseQuerySet


@dataclass(frozen=True)
class Share:
    """How many gave one answer, of those who answered the question; `answer` is what the list of responses is narrowed by."""

    label: str
    count: int
    figure: Figure
    answer: str = ""

    @property
    def percent(self) -> float:
        return float(self.figure.value or 0)


@dataclass(frozen=True)
class Line:
    """A row of a matrix, or a choice that was ranked. `reason` says why there is nothing to show."""

    label: str
    shares: list[Share] = field(default_factory=list)
    figure: Figure | None = None
    reason: str = ""


@dataclass(frozen=True)
class QuestionResult:
    """What was answered to one question. `reason` says why there is nothing to show."""

    question: Question
    label: str
    n: int
    figure: Figure | None = None
    shares: list[Share] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Answer] = field(default_factory=list)
    reason: str = ""


@dataclass(frozen=True)
class Month:
    """The headline score of one month, in the organisation's time zone."""

    start: datetime
    figure: Figure


@dataclass(frozen=True)
class Results:
    """A survey's results; `waiting` are the responses that an anonymous survey does not show yet."""

    survey: Survey
    versions: list[SurveyVersion]
    complete: int
    partial: int
    set_aside: int
    waiting: int
    questions: list[QuestionResult]
    months: list[Month]


def results_of(survey: Survey, user: User, language: str, with_partial: bool = False) -> Results:
    """The results that `user` may see. A constant number of queries, whatever the number of responses.

    An anonymous survey shows what `releases` says, and has no time line.
    """
    versions = list(survey.versions.exclude(state=SurveyVersion.State.DRAFT).prefetch_related("questions").order_by("number"))
    seen = responses_of(survey, user)
    per_state = dict(seen.filter(set_aside="").order_by().values_list("state").annotate(n=Count("pk")))
    complete = per_state.get(Response.State.COMPLETE, 0)
    shown = seen.filter(set_aside="") if with_partial and not survey.is_anonymous else seen.complete()
    found = Found(survey, versions, shown)
    return Results(
        survey=survey,
        versions=versions,
        complete=complete,
        partial=per_state.get(Response.State.PARTIAL, 0),
        set_aside=seen.exclude(set_aside="").count(),
        waiting=complete - found.release.responses if found.release else 0,
        questions=[one_result(found, key, language) for key in found.keys],
        months=[] if survey.is_anonymous else months_of(versions, shown),
    )


class Found:
    """The answers to a survey that are shown, read once for all its questions."""

    def __init__(self, survey: Survey, versions: list[SurveyVersion], shown: ResponseQuerySet) -> None:
        self.survey, self.versions = survey, versions
        self.wordings: dict[str, list[Question]] = defaultdict(list)  # of each key, the latest first
        order: dict[str, int] = {}
        for version in versions:
            for place, question in enumerate(version.questions.all()):
                if kind_of(question).takes_answer:
                    self.wordings[question.key].insert(0, question)
                    order[question.key] = place
        self.keys = sorted(order, key=lambda key: order[key])
        answers = texts = Answer.objects.filter(response__in=shown)
        self.release = None
        if survey.is_anonymous:
            self.release = release_of(shown, answers, self._of_kind(Matrix))
            answers, texts = answers.filter(released(self.release.answers)), answers.filter(released(self.release.texts))
        self.given: dict[str, list[tuple[Answer, int]]] = defaultdict(list)
        for answer, n in counted(answers):
            self.given[answer.question_key].append((answer, n))
        self.texts = texts_of(texts, in_order=not survey.is_anonymous)
        consents = self._of_kind(Consent)
        self.agreed = agreed_at_the_end(answers, consents)
        self._asked = asked_by_version(shown) if consents else []

    def _of_kind(self, kind: type) -> list[str]:
        return [key for key in self.keys if isinstance(kind_of(self.wordings[key][0]), kind)]

    def asked(self, key: str) -> int | None:
        """How many were shown the question, of those who went to the end; None where not everybody was, by what they answered."""
        by_version = {question.version_id: question for question in self.wordings[key]}
        asked = [(by_version[version], n) for version, group, n in self._asked if version in by_version and self._is_shown(key, group)]
        if any(is_conditional(question) for question, _n in asked):
            return None
        return sum(n for _question, n in asked)

    def _is_shown(self, key: str, group: int | None) -> bool:
        return self.release is None or (group is not None and group <= self.release.answers.get(key, -1))


def is_conditional(question: Question) -> bool:
    """Whether some who answered its version to the end were not shown it: by a rule of its own, or by an early end."""
    order = in_order(question.version)
    before = order[: order.index(question)]
    return bool(question.shown_if) or any(one.type == Question.Type.END for one in before)


def one_result(found: Found, key: str, language: str) -> QuestionResult:
    """As the latest version that asks it words it."""
    question, given = found.wordings[key][0], found.given[key]
    n = sum(count for _answer, count in given)
    empty = QuestionResult(question, question.text("label", language) or key, 0)
    if found.survey.is_anonymous and n < settings.ANONYMITY_THRESHOLD:
        return replace(empty, reason=_("fewer than %(least)s answers") % {"least": settings.ANONYMITY_THRESHOLD})
    if isinstance(kind_of(question), Consent):
        return consent_result(found, empty, n)
    if not n:
        return replace(empty, reason=_("no answers yet"))
    return counted_result(found, replace(empty, n=n, texts=found.texts.get(key, [])), given, language)


def consent_result(found: Found, result: QuestionResult, n: int) -> QuestionResult:
    """How many agreed, of those who were asked."""
    asked = found.asked(result.question.key)
    if asked is None:
        why = _("not everybody was asked: it depends on other answers")
        return replace(result, n=n, shares=[Share(_("Agreed"), n, missing("share", n, "responses", why))])
    if not asked:
        return replace(result, reason=_("nobody went to the end yet") if n else _("no answers yet"))
    return replace(result, n=asked, shares=[share(_("Agreed"), found.agreed.get(result.question.key, 0), asked)])


def counted_result(found: Found, result: QuestionResult, given: list[tuple[Answer, int]], language: str) -> QuestionResult:
    question, n, wordings = result.question, result.n, found.wordings[result.question.key]
    kind = kind_of(question)
    if isinstance(kind, Scale):
        numbers: Counts = Counter({answer.number: count for answer, count in given if answer.number is not None})
        shares = [share(str(step), numbers[step], n, str(step)) for step in question.scale]
        return replace(result, figure=score_figure(question, numbers), shares=shares)
    if isinstance(kind, Matrix):
        chosen = found.release.rows.get(question.key, {}) if found.release else chosen_in_rows(given)
        why = _("too few answers to show") if found.release else _("no answers yet")
        return replace(result, lines=matrix_lines(wordings, chosen, language, why))
    if isinstance(kind, Ranking):
        return replace(result, lines=ranking_lines(wordings, given, language))
    if isinstance(kind, Choosing):
        counts: Counts = Counter()
        for answer, count in given:
            counts.update(dict.fromkeys(answer.choices, count))
        choices = ever_offered(wordings, lambda one: [(str(key), str(words)) for key, words in answer_field(one, language).choices if key])  # type: ignore[attr-defined]
        return replace(result, shares=[share(words, counts[key], n, key) for key, words in choices])
    if isinstance(kind, Number):
        values = [float(number) for answer, count in given for number in [as_number(answer.data)] * count if number is not None]
        return replace(result, figure=of_estimate("mean_answer", mean(values), "responses"))
    return result


def ever_offered(wordings: Iterable[Question], of: Callable[[Question], list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """What any version offered, by its latest words; what the latest does not offer any more stands last, and says so."""
    latest, *earlier = wordings
    offered = dict(of(latest))
    for question in earlier:
        for key, words in of(question):
            offered.setdefault(key, _("%(answer)s (no longer offered)") % {"answer": words})
    return list(offered.items())


def share(label: str, count: int, n: int, answer: str = "") -> Share:
    return Share(label, count, of_estimate("share", in_percent(proportion(count, n)), "responses"), answer)


def score_figure(question: Question, numbers: Counts) -> Figure:
    """NPS, CSAT, or the mean of any other scale."""
    n, total = numbers.total(), sum(step * count for step, count in numbers.items())
    if question.type == Question.Type.NPS or question.type == Question.Type.CSAT:
        bands: Counts = Counter()
        for step, count in numbers.items():
            bands[band_of(question.type, step)] += count
        if question.type == Question.Type.NPS:
            return of_estimate("nps", nps(bands[Band.PROMOTER], bands[Band.DETRACTOR], n), "responses")
        return of_estimate("csat", in_percent(proportion(bands[Band.PROMOTER], n)), "responses")
    kpi = "ces" if question.type == Question.Type.CES else "mean_answer"
    return of_estimate(kpi, mean_of_sums(n, total, sum(step * step * count for step, count in numbers.items())), "responses")


def chosen_in_rows(given: Iterable[tuple[Answer, int]]) -> dict[str, Counts]:
    """How often each column was chosen in each row."""
    chosen: dict[str, Counts] = defaultdict(Counter)
    for answer, count in given:
        for row, column in (answer.data or {}).items():
            chosen[row][column] += count
    return chosen


def matrix_lines(wordings: list[Question], chosen: Mapping[str, Counts], language: str, why: str) -> list[Line]:
    """For each row, how many chose each column, of those who answered that row; `why` is said of a row that has none."""
    columns = ever_offered(wordings, lambda one: one.choices_in(language))
    rows = ever_offered(wordings, lambda one: one.rows_in(language))
    return [
        Line(label, [share(words, chosen[key][column], chosen[key].total()) for column, words in columns])
        if key in chosen
        else Line(label, reason=why)
        for key, label in rows
    ]


def ranking_lines(wordings: list[Question], given: Sequence[tuple[Answer, int]], language: str) -> list[Line]:
    """The mean place of each choice, the best first."""
    places: dict[str, list[int]] = defaultdict(list)
    for answer, count in given:
        for place, key in enumerate(answer.choices, start=1):
            places[key] += [place] * count
    choices = ever_offered(wordings, lambda one: one.choices_in(language))
    lines = [Line(label, figure=of_estimate("mean_answer", mean(places[key]), "responses")) for key, label in choices]
    return sorted(lines, key=lambda line: float(line.figure.value) if line.figure and line.figure.value is not None else len(lines) + 1)


def months_of(versions: list[SurveyVersion], shown: ResponseQuerySet) -> list[Month]:
    """The headline score month by month; where another question took its place, that of the latest version alone."""
    headline = versions[-1].headline if versions else None
    if headline is None:
        return []
    months: dict[datetime, Counts] = defaultdict(Counter)
    for start, number, count in counted_by_month(shown, headline.key):
        months[start][number] += count
    return [Month(start, score_figure(headline, numbers)) for start, numbers in sorted(months.items())]
