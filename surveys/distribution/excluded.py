"""Putting addresses on an exclusion list, and taking them off."""

from collections.abc import Iterable

from surveys.distribution.audience_models import ExcludedAddress, ExclusionList

BATCH = 2000


def add_addresses(chosen: ExclusionList, emails: Iterable[str]) -> int:
    """Those that were not there yet; returns how many."""
    before = chosen.addresses.count()
    rows = [ExcludedAddress(exclusion_list=chosen, email=email) for email in dict.fromkeys(email.lower() for email in emails)]
    ExcludedAddress.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return chosen.addresses.count() - before


def remove_addresses(chosen: ExclusionList, emails: Iterable[str]) -> int:
    """Whatever their case; returns how many stood on the list."""
    gone, _per_model = chosen.addresses.filter(email__in={email.lower() for email in emails}).delete()
    return gone
