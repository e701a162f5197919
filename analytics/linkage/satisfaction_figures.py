"""The satisfaction of one row of the report."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from analytics.linkage.figures import AccountPoint, Figure, missing
from analytics.linkage.panel import Scores
from analytics.linkage.points import SILENT
from analytics.statistics.estimate import Estimate
from analytics.statistics.means import mean_of_sums
from analytics.statistics.nps import nps, nps_of_scores
from analytics.statistics.proportions import proportion
from surveys.authoring.models import Question


def satisfaction_figures(scores: Sequence[Scores], points: Sequence[AccountPoint], score_type: str) -> dict[str, Figure]:
    """Of the responses whose account was in the row when it answered (`scores`), and of the accounts in it now (`points`)."""
    figures = {
        "accounts": Figure("accounts", len(points), len(points), "accounts"),
        "responses": responses_figure(scores),
        "satisfaction": satisfaction(scores, score_type),
        "mean_score": of_estimate("mean_score", mean_score(scores), "responses"),
        "silent": silent(points),
    }
    if score_type == Question.Type.NPS:
        figures["account_nps"] = account_nps(points)
    if score_type == Question.Type.CES:
        figures["easy"] = easy(scores)
    return figures


def responses_figure(scores: Sequence[Scores]) -> Figure:
    n = sum(row.responses for row in scores)
    return Figure("responses", n, n, "responses")


def satisfaction(scores: Sequence[Scores], score_type: str) -> Figure:
    """NPS, CSAT or CES of the responses, with its interval."""
    n, promoters, detractors = (sum(getattr(row, name) for row in scores) for name in ("responses", "promoters", "detractors"))
    if score_type == Question.Type.NPS:
        return of_estimate("nps", nps(promoters, detractors, n), "responses")
    if score_type == Question.Type.CSAT:
        return of_estimate("csat", in_percent(proportion(promoters, n)), "responses")
    return of_estimate("ces", mean_score(scores), "responses")


def easy(scores: Sequence[Scores]) -> Figure:
    """The share of answers 5–7 on the scale of CES: its band of promoters."""
    n, found = (sum(getattr(row, name) for row in scores) for name in ("responses", "promoters"))
    return of_estimate("easy", in_percent(proportion(found, n)), "responses")


def mean_score(scores: Sequence[Scores]) -> Estimate:
    n, total, squares = (sum(getattr(row, name) for row in scores) for name in ("responses", "score_sum", "score_squares"))
    return mean_of_sums(n, total, squares)


def account_nps(points: Sequence[AccountPoint]) -> Figure:
    known = [point.score for point in points if point.score is not None]
    estimate = nps_of_scores(known, settings.ACCOUNT_PROMOTER_FROM, settings.ACCOUNT_DETRACTOR_BELOW)
    return of_estimate("account_nps", estimate, "accounts")


def silent(points: Sequence[AccountPoint]) -> Figure:
    """The share of paying accounts that nobody answered from."""
    paying = [point for point in points if point.revenue]
    estimate = proportion(sum(point.band == SILENT for point in paying), len(paying))
    return of_estimate("silent", in_percent(estimate), "accounts", _("no account with revenue"))


def in_percent(share: Estimate) -> Estimate:
    value, low, high = (None if part is None else 100 * part for part in (share.value, share.low, share.high))
    return Estimate(value, low, high, share.n, share.method)


def of_estimate(kpi: str, estimate: Estimate, n_unit: str, reason: str = "") -> Figure:
    """`estimate` as a figure, or the reason why there is none."""
    if estimate.value is None:
        return missing(kpi, estimate.n, n_unit, reason or _("no responses"))
    return Figure(kpi, estimate.value, estimate.n, n_unit, low=estimate.low, high=estimate.high)
