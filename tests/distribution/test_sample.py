"""A part of an audience by chance: fair, and the same whenever the number of the lot is the same."""

from collections import Counter

import pytest
from django.utils import timezone

from surveys.distribution.audience import Audience, counts, decide
from surveys.distribution.sample import Rotation, Sample, is_drawn
from surveys.models import ExcludedAddress, ExclusionList
from tests import factories

PEOPLE = [(contact, contact // 10) for contact in range(1000)]  # a hundred accounts of ten people


def test_the_same_number_draws_the_same_people_and_another_draws_others():
    first = Sample(number=100, seed=7).draw(PEOPLE)
    assert first == Sample(number=100, seed=7).draw(list(reversed(PEOPLE)))
    assert first != Sample(number=100, seed=8).draw(PEOPLE)


@pytest.mark.parametrize(
    ("sample", "size"),
    [
        (Sample(percent=10), 100),
        (Sample(number=33), 33),
        (Sample(number=5000), 1000),
        (Sample(percent=50, number=20), 20),
        (Sample(per_account=2), 200),
        (Sample(per_account=2, percent=10), 20),
        (Sample(percent=1, per_account=1), 1),
        (Sample(), 1000),
    ],
)
def test_as_many_as_were_asked_for(sample, size):
    assert len(sample.draw(PEOPLE)) == size


def test_the_least_share_of_a_few_is_one_and_of_nobody_none():
    assert len(Sample(percent=1).draw(PEOPLE[:3])) == 1
    assert Sample(percent=50, per_account=1).draw([]) == set()


def test_at_most_so_many_of_each_account():
    drawn = Sample(per_account=3, seed=2).draw(PEOPLE)
    assert set(Counter(contact // 10 for contact in drawn).values()) == {3}


def test_one_more_contact_changes_the_sample_by_one_person_at_most():
    before, after = (Sample(number=100, seed=3).draw(people) for people in (PEOPLE, [*PEOPLE, (5000, 500)]))
    assert len(before - after) <= 1


def test_everybody_has_the_same_chance():
    drawn = Counter(contact for seed in range(400) for contact in Sample(percent=25, seed=seed).draw(PEOPLE))
    # 400 draws at 25 %: 100 expected, standard deviation 8.7; six of them hold for a thousand people.
    assert min(drawn.values()) > 100 - 6 * 8.7
    assert max(drawn.values()) < 100 + 6 * 8.7


@pytest.mark.parametrize(("rounds", "asks"), [(4, 1), (4, 2), (4, 3), (12, 5), (2, 1), (4, 4), (4, 9)])
def test_a_rotation_asks_each_account_so_many_times_in_any_year(rounds, asks):
    for account in range(200):
        asked = [Rotation(number, rounds, asks).includes(account) for number in range(5 * rounds)]
        years = {sum(asked[start : start + rounds]) for start in range(4 * rounds)}
        assert years == {min(asks, rounds)}


def test_the_rounds_of_a_rotation_are_about_equally_large():
    sizes = [sum(Rotation(number, 4, 1).includes(account) for account in range(4000)) for number in range(4)]
    assert all(900 < size < 1100 for size in sizes)


@pytest.mark.parametrize("percent", [1, 20, 50, 99])
def test_each_number_alone_is_drawn_with_the_same_chance(percent):
    drawn = [number for number in range(10_000) if is_drawn(percent, 7, number)]
    assert abs(len(drawn) - 100 * percent) < 6 * (100 * percent * (1 - percent / 100)) ** 0.5
    assert drawn == [number for number in range(10_000) if is_drawn(percent, 7, number)]
    assert drawn != [number for number in range(10_000) if is_drawn(percent, 8, number)]


def test_all_are_drawn_of_a_hundred_percent_and_without_a_percentage():
    assert all(is_drawn(percent, 7, number) for percent in (None, 100) for number in range(1000))


@pytest.mark.django_db
def test_the_sample_is_drawn_from_those_against_whom_nothing_speaks(survey_owner):
    for _ in range(4):
        factories.contact()
    for _ in range(6):
        factories.contact(status="left")
    audience = Audience(sample=Sample(percent=50, seed=1))
    assert counts(decide(audience, survey_owner, factories.survey().published, timezone.now())) == {"": 2, "not_drawn": 2, "left": 6}
    assert Audience.from_json(audience.as_json()) == audience


@pytest.mark.django_db
def test_who_stands_on_a_chosen_exclusion_list_is_left_out_whatever_the_case(survey_owner):
    factories.contact(email="Rival@Example.com")
    factories.contact(email="friend@example.com")
    rivals, others = ExclusionList.objects.create(name="Rivals"), ExclusionList.objects.create(name="Others")
    ExcludedAddress.objects.create(exclusion_list=rivals, email="rival@example.com")
    ExcludedAddress.objects.create(exclusion_list=others, email="friend@example.com")
    audience = Audience(exclusion_lists=(rivals.pk,))
    assert counts(decide(audience, survey_owner, factories.survey().published, timezone.now())) == {"": 1, "excluded": 1}
