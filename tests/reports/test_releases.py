"""When what few answered of an anonymous survey is shown."""

import pytest

from analytics.reports.releases import cut_off


@pytest.mark.parametrize(
    "per_group, full, last",
    [
        ({}, [], None),
        ({0: 5}, [], None),  # the group is not full yet
        ({0: 4}, [0], None),
        ({0: 5}, [0], 0),
        ({0: 3, 1: 2}, [0, 1], 1),  # two groups together
        ({0: 5, 1: 4}, [0, 1], 0),  # four more would tell what the four said
        ({0: 5, 1: 4, 2: 1}, [0, 1, 2], 2),
        ({0: 5, 2: 5}, [0, 1, 2], 2),
    ],
)
def test_each_step_holds_five_new_answers(per_group, full, last):
    assert cut_off(per_group, full) == last
