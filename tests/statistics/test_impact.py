"""The impact of themes on NPS: by hand, against a slow twin that draws whole accounts, and what is not defined."""

import numpy as np
import pytest

from analytics.statistics import impact
from analytics.statistics.estimate import Estimate
from analytics.statistics.impact import METHOD, Counts, impacts

NONE = Estimate(None, None, None, 0, METHOD)


def company(accounts=40, seed=3):
    """Answers of many accounts: (account, band −1/0/1, speaks of the theme); those who do are unhappier."""
    random = np.random.default_rng(seed)
    rows = []
    for account in range(accounts):
        mood = random.normal()
        for _ in range(random.integers(1, 9)):
            speaks = random.random() < 0.3
            rows.append((account, int(np.clip(np.round(mood + random.normal() - speaks), -1, 1)), speaks))
    return rows


def counted(rows, accounts):
    """As the function takes it: per account, of all answers and of those that speak of the theme."""
    found = np.zeros((accounts, 2, 3))
    for account, band, speaks in rows:
        for kind in (0, 1) if speaks else (0,):
            found[account, kind] += (1, band == 1, band == -1)
    return Counts(*found[:, 0].T), Counts(*(found[:, [1], part] for part in range(3)))


def nps(rows):
    return 100 * np.mean([band for _account, band, _speaks in rows])


def test_by_hand():
    # 10 answers: 5 promoters, 2 detractors: NPS 30. Without the 4 that speak of it (1 promoter, 2 detractors): 4 of 6, NPS 66.7.
    [found] = impacts(Counts([10], [5], [2]), Counts([[4]], [[1]], [[2]]))
    assert (found.value, found.n) == (pytest.approx(30 - 400 / 6), 4)
    assert (found.low, found.high) == (None, None)  # one account alone says nothing of how accounts differ


def test_the_value_is_that_of_the_plain_answers():
    rows = company()
    [found] = impacts(*counted(rows, 40))
    assert found.value == pytest.approx(nps(rows) - nps([row for row in rows if not row[2]]))
    assert found.n == sum(speaks for _account, _band, speaks in rows)


def test_the_interval_is_that_of_a_slow_twin_that_draws_accounts(monkeypatch):
    """Each draw answer by answer, as often as its account was drawn."""
    monkeypatch.setattr(impact, "DRAWS", 200)
    rows, random = company(), np.random.default_rng(impact.SEED)
    drawn = []
    for _ in range(200):
        sample = [row for account in random.integers(40, size=40) for row in rows if row[0] == account]
        drawn.append(nps(sample) - nps([row for row in sample if not row[2]]))
    [found] = impacts(*counted(rows, 40))
    assert (found.low, found.high) == pytest.approx(np.quantile(drawn, [0.025, 0.975]))
    assert found.low < found.value < found.high


def test_answers_of_one_account_are_not_independent_voices():
    """The same answers, once from 200 accounts with one each, once from 20 with ten equal ones each."""
    [alone] = impacts(*counted([(n, 1 - 2 * (n // 10 % 2), n // 10 % 3 == 0) for n in range(200)], 200))
    [clustered] = impacts(*counted([(n // 10, 1 - 2 * (n // 10 % 2), n // 10 % 3 == 0) for n in range(200)], 20))
    assert alone.value == clustered.value
    assert clustered.high - clustered.low > 2 * (alone.high - alone.low)


def test_accounts_without_any_answer_change_nothing():
    everything, themes = counted(company(), 40)
    more = [Counts(*(np.concatenate([part, np.zeros_like(part)]) for part in vars(one).values())) for one in (everything, themes)]
    assert impacts(*more) == impacts(everything, themes)


def test_the_same_every_time_and_whatever_stands_beside_it():
    everything, themes = counted(company(), 40)
    twice = Counts(*(np.column_stack([part, part]) for part in vars(themes).values()))
    [first, second] = impacts(everything, twice)
    assert first == second == impacts(everything, themes)[0]


def test_nobody_and_everybody():
    everything = Counts([4, 6], [2, 3], [1, 1])
    nobody, everybody = impacts(everything, Counts([[0, 4], [0, 6]], [[0, 2], [0, 3]], [[0, 1], [0, 1]]))
    assert nobody == NONE
    assert everybody == Estimate(None, None, None, 10, METHOD)


def test_no_interval_where_many_draws_leave_nothing_without_the_theme():
    n = np.full(12, 3)
    spoken = n.copy()
    spoken[0] = 0  # one account alone never speaks of it: a third of the draws miss it
    [found] = impacts(Counts(n, n, n * 0), Counts(spoken[:, None], spoken[:, None], spoken[:, None] * 0))
    assert (found.value, found.low, found.high) == (0, None, None)


def test_no_theme_and_no_account():
    assert impacts(Counts([3], [1], [1]), Counts(*[np.zeros((1, 0))] * 3)) == []
    assert impacts(Counts([], [], []), Counts(*[np.zeros((0, 1))] * 3)) == [NONE]


@pytest.mark.parametrize(
    ("everything", "themes"),
    [
        (Counts([3], [2], [2]), Counts([[1]], [[0]], [[0]])),
        (Counts([3], [-1], [2]), Counts([[1]], [[0]], [[0]])),
        (Counts([3], [1], [1]), Counts([[4]], [[0]], [[0]])),
        (Counts([3], [0], [1]), Counts([[1]], [[1]], [[0]])),
        (Counts([3], [1], [1]), Counts([1], [1], [0])),
        (Counts([3, 4], [1], [1]), Counts([[1]], [[1]], [[0]])),
    ],
)
def test_impossible_counts(everything, themes):
    with pytest.raises(ValueError):
        impacts(everything, themes)


def test_the_interval_covers_what_is_true(monkeypatch):
    """100 companies of 40 accounts, drawn from one world: about 95 of the intervals hold what a company of 20,000 accounts shows."""
    monkeypatch.setattr(impact, "DRAWS", 200)
    rows = company(20_000, seed=0)
    truth = nps(rows) - nps([row for row in rows if not row[2]])
    found = [impacts(*counted(company(40, seed), 40))[0] for seed in range(1, 101)]
    assert 90 <= sum(one.low <= truth <= one.high for one in found) <= 99
