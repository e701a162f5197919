"""Kaplan–Meier against the leukaemia trial of every textbook, a slow twin with Greenwood's formula, and scipy."""

from math import exp, inf, log, nan, sqrt

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from analytics.statistics.survival import kaplan_meier

# Freireich et al. (1963), Blood 21; Gehan (1965), Biometrika 52: weeks of remission under 6-MP; nine relapsed.
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
IN_REMISSION = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
WEEKS = RELAPSED + IN_REMISSION
ENDED = [True] * len(RELAPSED) + [False] * len(IN_REMISSION)


class TestLeukaemia:
    # Stata: sts list for the treated group of these data; R: survfit(…, conf.type = "log-log").
    LISTED = [
        (6, 0.8571, 0.6197, 0.9516),
        (7, 0.8067, 0.5631, 0.9228),
        (10, 0.7529, 0.5032, 0.8894),
        (13, 0.6902, 0.4316, 0.8491),
        (16, 0.6275, 0.3675, 0.8049),
        (22, 0.5378, 0.2678, 0.7468),
        (23, 0.4482, 0.1881, 0.6801),
    ]

    @pytest.mark.parametrize(("week", "survival", "low", "high"), LISTED)
    def test_share_in_remission_and_its_interval(self, week, survival, low, high):
        curve = kaplan_meier(WEEKS, ENDED)
        place = curve.times.tolist().index(week)
        found = (curve.survival[place], curve.low[place], curve.high[place])
        assert found == pytest.approx((survival, low, high), abs=5e-5)

    def test_who_was_watched(self):
        curve = kaplan_meier(WEEKS, ENDED)
        assert (curve.n, curve.events, curve.last, curve.times[0], curve.survival[0]) == (21, 9, 35, 0, 1)

    def test_between_and_beyond_the_steps(self):
        curve = kaplan_meier(WEEKS, ENDED)
        assert curve.at([0, 5.9, 6, 6.5, 21, 23, 100]) == pytest.approx([1, 1, 0.8571, 0.8571, 0.6275, 0.4482, 0.4482], abs=5e-5)

    def test_the_control_group(self):
        # Stata: sts list, first rows of the control group: 0.9048 (0.6700–0.9753), 0.8095 (0.5689–0.9239); all relapsed by week 23.
        weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
        curve = kaplan_meier(weeks, [True] * 21)
        assert (curve.survival[1], curve.low[1], curve.high[1]) == pytest.approx((0.9048, 0.6700, 0.9753), abs=5e-5)
        assert (curve.survival[2], curve.low[2], curve.high[2]) == pytest.approx((0.8095, 0.5689, 0.9239), abs=5e-5)
        assert curve.survival[-1] == 0


def random_lives(seed: int) -> tuple[list[int], list[bool]]:
    random = np.random.default_rng(seed)
    spans, limits = random.geometric(0.1, 60), random.integers(1, 20, 60)
    return np.minimum(spans, limits).tolist(), (spans <= limits).tolist()


def slow_curve(spans: list[int], ended: list[bool], time: float) -> tuple[float, float, float]:
    """S(t) as a product over every life's end, and exp(−exp(log(−log S) ± z × s)) with Greenwood's sum in s."""
    share, greenwood = 1.0, 0.0
    for moment in sorted({span for span, end in zip(spans, ended, strict=True) if end and span <= time}):
        watched = sum(span >= moment for span in spans)
        lost = sum(span == moment and end for span, end in zip(spans, ended, strict=True))
        share *= 1 - lost / watched
        greenwood += lost / (watched * (watched - lost)) if watched > lost else inf
    if share in (0, 1):
        return share, nan, nan
    half = 1.959964 * sqrt(greenwood) / abs(log(share))
    return share, exp(log(share) * exp(half)), exp(log(share) * exp(-half))


@pytest.mark.parametrize("seed", range(4))
def test_as_its_slow_twin(seed):
    spans, ended = random_lives(seed)
    curve = kaplan_meier(spans, ended)
    slow = np.array([slow_curve(spans, ended, time) for time in curve.times])
    assert np.column_stack([curve.survival, curve.low, curve.high]) == pytest.approx(slow, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("seed", range(4))
def test_as_scipy(seed):
    spans, ended = random_lives(seed)
    known = [span for span, end in zip(spans, ended, strict=True) if end]
    running = [span for span, end in zip(spans, ended, strict=True) if not end]
    reference = ecdf(CensoredData(uncensored=known, right=running)).sf
    assert kaplan_meier(spans, ended).at(range(20)) == pytest.approx(reference.evaluate(np.arange(20)))


class TestDegenerate:
    @pytest.mark.parametrize("spans", [[], [nan, nan]])
    def test_no_lives(self, spans):
        assert kaplan_meier(spans, [True] * len(spans)) is None

    def test_nobody_left_so_there_is_no_interval(self):
        curve = kaplan_meier([1, 2, 3], [False] * 3)
        assert curve.survival.tolist() == [1, 1, 1, 1]
        assert np.isnan([curve.low, curve.high]).all()
        assert curve.events == 0

    def test_one_life(self):
        curve = kaplan_meier([4], [True])
        assert (curve.times.tolist(), curve.survival.tolist(), curve.n, curve.last) == ([0, 4], [1, 0], 1, 4)
        assert np.isnan([curve.low, curve.high]).all()

    def test_all_end_at_the_same_time(self):
        assert kaplan_meier([2] * 5, [True] * 5).at([1, 2, 3]).tolist() == [1, 0, 0]

    def test_an_end_at_once(self):
        assert kaplan_meier([0, 1], [True, False]).at([0, 1]).tolist() == [0.5, 0.5]

    def test_an_unknown_duration_is_left_out(self):
        assert kaplan_meier([1, nan, 3], [True, True, False]).n == 2

    @pytest.mark.parametrize(("spans", "ended"), [([1, 2], [True]), ([-1], [True]), ([inf], [False])])
    def test_input_that_is_none(self, spans, ended):
        with pytest.raises(ValueError):
            kaplan_meier(spans, ended)
