"""A part of those who may be asked, drawn by chance that can be repeated."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from math import ceil


@dataclass(frozen=True)
class Rotation:
    """Which of `rounds` rounds a year this is, where each account is asked in `asks` of them."""

    round: int
    rounds: int
    asks: int

    def includes(self, account: int) -> bool:
        """True for `asks` of any `rounds` rounds that follow each other, spread evenly; a fixed place for each account."""
        if self.asks >= self.rounds:
            return True
        return (self.round + chance(0, account)) * self.asks % self.rounds < self.asks


@dataclass(frozen=True)
class Sample:
    """At most `per_account` people of an account, then `percent` of them or `number` of them; None does not limit."""

    percent: int | None = None
    number: int | None = None
    per_account: int | None = None
    seed: int = 0
    rotation: Rotation | None = None

    @property
    def is_all(self) -> bool:
        return self.percent is None and self.number is None and self.per_account is None and self.rotation is None

    def draw(self, people: Iterable[tuple[int, int]]) -> set[int]:
        """Of (contact, account) the contacts that are drawn.

        Each person's place in the lot depends on the seed and on nobody else, so that a contact who is added changes little.
        """
        lot = sorted((chance(self.seed, contact), contact, account) for contact, account in people if self._has_turn(account))
        drawn = [contact for contact, account in self._few_per_account(lot)]
        return set(drawn[: self._most(len(drawn))])

    def of_one_event(self, invited: int) -> "Sample":
        """What is left of it for one event of a day, where `invited` people of the account are invited already.

        A share of the events is drawn, as `is_drawn` says, not of the people of one.
        """
        left = None if self.per_account is None else max(0, self.per_account - invited)
        return replace(self, percent=None, per_account=left)

    def _has_turn(self, account: int) -> bool:
        return self.rotation is None or self.rotation.includes(account)

    def _few_per_account(self, lot: list[tuple[int, int, int]]) -> Iterable[tuple[int, int]]:
        taken: dict[int, int] = defaultdict(int)
        for _chance, contact, account in lot:
            taken[account] += 1
            if self.per_account is None or taken[account] <= self.per_account:
                yield contact, account

    def _most(self, people: int) -> int:
        share = people if self.percent is None else ceil(people * self.percent / 100)
        return share if self.number is None else min(share, self.number)


def chance(seed: int, number: int) -> int:
    """A number of 64 bits that looks like chance, and is the same for the same two."""
    return int.from_bytes(blake2b(f"{seed}:{number}".encode(), digest_size=8).digest())


def is_drawn(percent: int | None, seed: int, number: int) -> bool:
    """Whether `number` alone is among `percent` of all numbers, by chance; True without a percentage."""
    return percent is None or chance(seed, number) * 100 < percent << 64
