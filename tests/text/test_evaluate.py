"""Measures of an engine against labels, by hand and by the command."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analytics.text.evaluate import Evaluation, accuracy, f1, macro_f1

# Of 10 positive texts 8 are found and 1 is called negative; of 10 negative 6, and 2 are called positive; 1 and 2 are not understood.
CONFUSION = Counter(
    {
        ("positive", "positive"): 8,
        ("positive", "negative"): 1,
        ("positive", "not_scored"): 1,
        ("negative", "negative"): 6,
        ("negative", "positive"): 2,
        ("negative", "not_scored"): 2,
    }
)
BOTH = ["positive", "negative"]


def test_f1_by_hand():
    assert f1(CONFUSION, "positive") == pytest.approx(2 * 8 / (2 * 8 + 2 + 2))
    assert f1(CONFUSION, "negative") == pytest.approx(2 * 6 / (2 * 6 + 1 + 4))
    assert macro_f1(CONFUSION, BOTH) == pytest.approx((0.8 + 12 / 17) / 2)
    assert accuracy(CONFUSION) == pytest.approx(14 / 20)


def test_what_is_not_understood_is_no_judgement():
    found = Evaluation("engine", CONFUSION, 0.5)
    assert (found.n, found.coverage, found.texts_per_second) == (20, 17 / 20, 40)
    assert macro_f1(found.judged, BOTH) == pytest.approx((16 / 19 + 12 / 15) / 2)


def test_of_nothing_there_is_no_figure():
    assert (accuracy(Counter()), macro_f1(Counter(), BOTH), Evaluation("engine", Counter(), 0).coverage) == (None, None, None)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "labelled.tsv"
    path.write_text("text\tlabel\nשירות מצוין\t1\nשירות גרוע\t0\nיום ראשון\t2\n", encoding="utf-8")
    return path


def told(file, **options):
    out = StringIO()
    call_command("evaluate_text", str(file), stdout=out, **{"language": "he", "labels": "1=positive,0=negative", "header": True, **options})
    return out.getvalue()


def test_the_command_prints_what_it_found(file):
    printed = told(file)
    assert "kesher-hebrew: n 2, coverage 1.000" in printed
    assert "kesher-hebrew-lexicon: n 2, coverage 1.000" in printed
    assert "all texts: accuracy 1.000, macro-F1 1.000" in printed
    assert "positive               1           0           0           0           0" in printed


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"labels": "1=good"}, "--labels names good"),
        ({"labels": "7=positive"}, "No line of the file has a label that is known"),
        ({"language": "pt"}, "No engine covers 'pt'"),
        ({"label": 5}, "Line 2 has 2 columns"),
    ],
)
def test_what_is_wrong_is_named(file, options, wrong):
    with pytest.raises(CommandError, match=wrong):
        told(file, **options)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="can not be read"):
        told(tmp_path / "nothing.tsv")
