"""Two engines on the same comments: figures against a slow twin, and an interval that knows who wrote what."""

import random
from collections import Counter

import numpy as np
import pytest
from sklearn.metrics import f1_score

from analytics.text.engines.evaluate import macro_f1
from analytics.text.learning.measure import BETTER, CLASSES, OPEN, WORSE, compared

LABELS = ["positive"] * 60 + ["negative"] * 40
CUSTOMERS = [f"c{n // 2}" for n in range(100)]


def said(right):
    """An engine that is right on the first `right` of each label, and else says neutral."""
    return [label if n % 40 < right else "neutral" for n, label in enumerate(LABELS)]


def test_macro_f1_is_that_of_scikit_learn():
    own = ["positive" if n % 3 else "negative" for n in range(100)]
    found = compared(LABELS, CUSTOMERS, own, said(40))
    assert found["own"]["macro_f1"] == pytest.approx(f1_score(LABELS, own, labels=["positive", "negative"], average="macro"))
    assert found["in_use"]["macro_f1"] == 1.0


def test_the_verdict_follows_the_interval_of_the_difference():
    assert [compared(LABELS, CUSTOMERS, said(own), said(20))["verdict"] for own in (40, 21, 20, 5)] == [BETTER, OPEN, OPEN, WORSE]


def test_counts():
    found = compared(LABELS, CUSTOMERS, said(20), ["not_scored"] * 100)
    assert (found["n"], found["customers"], found["labels"]) == (100, 50, {"positive": 60, "negative": 40})
    assert found["own"]["confusion"] == {"negative": {"negative": 20, "neutral": 20}, "positive": {"neutral": 20, "positive": 40}}
    assert (found["own"]["accuracy"], found["in_use"]["coverage"], found["in_use"]["macro_f1"]) == (0.6, 0.0, 0.0)


def test_the_bootstrap_draws_customers_and_not_comments():
    """All comments of few customers: whoever counts each comment as a piece of evidence is far too sure."""
    alone = compared(LABELS, [str(n) for n in range(100)], said(30), said(20))
    grouped = compared(LABELS, [str(n // 20) for n in range(100)], said(30), said(20))
    width = {name: found["difference_high"] - found["difference_low"] for name, found in (("alone", alone), ("grouped", grouped))}
    assert alone["difference"] == grouped["difference"]
    assert width["grouped"] > 1.5 * width["alone"]


def test_the_interval_is_that_of_a_slow_twin():
    chances, differences = random.Random(1), []
    for _ in range(600):
        drawn = [2 * customer + one for customer in chances.choices(range(50), k=50) for one in (0, 1)]
        scores = [macro_f1(Counter((LABELS[n], engine[n]) for n in drawn), CLASSES) for engine in (said(30), said(20))]
        differences.append(scores[0] - scores[1])
    found = compared(LABELS, CUSTOMERS, said(30), said(20))
    assert [found["difference_low"], found["difference_high"]] == pytest.approx(np.percentile(differences, [2.5, 97.5]), abs=0.02)


def test_the_same_comments_give_the_same_figures():
    assert compared(LABELS, CUSTOMERS, said(30), said(20)) == compared(LABELS, CUSTOMERS, said(30), said(20))


def test_neutral_comments_are_counted_and_left_out_of_macro_f1():
    """A person may have judged a comment neutral: what an engine says of it stands in the confusion alone."""
    found = compared([*LABELS, "neutral"], [*CUSTOMERS, "x"], [*said(40), "positive"], [*said(40), "neutral"])
    assert (found["own"]["macro_f1"], found["own"]["accuracy"]) == (1.0, 100 / 101)
    assert found["own"]["confusion"]["neutral"] == {"positive": 1}
