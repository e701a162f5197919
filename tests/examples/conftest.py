"""The examples of the documentation load tens of thousands of real rows."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def swept(swept_after):
    """First of all set up, and so the last to be taken down."""
