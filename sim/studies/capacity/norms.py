"""Norms of a capacity study: what a user asks of waits and refusals, and how far a replication is over it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.errors import InputError, Message
from sim.limits import LONGEST_ECHO, MOST_DAYS
from sim.measure.tables import Window
from sim.studies.capacity.observe import ADMITTED, LOST, Observed
from sim.units import MINUTES_PER_DAY

DEFAULT_NORMS = ("wait_days<=3@0.9", "refused<=0.05")
"""An example, as no Dutch norm was found: nine of ten within three days, at most one of twenty refused."""

WAIT = "wait_days"
OCCUPANCY = "occupancy"
_MEASURES = (WAIT, *LOST, OCCUPANCY)

_FORM = re.compile(
    r"\s*(?P<measure>[a-z_]+)\s*(?P<side><=|≤|>=|≥)\s*(?P<bound>[^@\s]+)\s*(?P<percent>%)?\s*(?:@\s*(?P<share>\S+)\s*)?"
)
_FLOORS = (">=", "≥")
_HINT = Message("write it as wait_days<=3@0.9 or refused<=0.05")


@dataclass(frozen=True)
class Norm:
    """One norm."""

    # `wait_days`: requests that get a bed within so many days, as a share of all requests, those that end
    # without a bed included. `refused`: patience ran out. `died_waiting`. `not_admitted`: both. `occupancy`:
    # beds in use
    measure: str
    bound: float  # days, or a share
    share: float = 1.0  # of `wait_days`: the share of requests that must have a bed in time

    @property
    def text(self) -> str:
        """As a user writes it."""
        at = f"@{self.share:g}" if self.measure == WAIT else ""
        return f"{self.measure}<={self.bound:g}{at}"

    def counts(self, found: Observed, kind: str, month: Window | None = None) -> tuple[int, int]:
        """What counts for the norm, and out of how many: requests (that end in a month), or bed minutes.

        Requests with a bed in time, or requests without a bed, or minutes of beds in use, whatever the month.
        """
        if self.measure == OCCUPANCY:
            used, room = found.bed_minutes(kind)
            return int(used.sum()), int(room.sum())
        mine = found.of(kind, month)
        outcome = found.outcome[mine]
        if self.measure == WAIT:
            in_time = (outcome == ADMITTED) & (found.wait[mine] <= self.bound * MINUTES_PER_DAY)
            return int(in_time.sum()), len(outcome)
        return int(np.isin(outcome, LOST[self.measure]).sum()), len(outcome)

    def margin(self, found: Observed, kind: str, month: Window | None = None) -> float:
        """How far a replication is over the norm, in requests or bed minutes; 0 or less is within it.

        Where there is no bed, no norm on the use of beds is met.
        """
        part, whole = self.counts(found, kind, month)
        if self.measure == OCCUPANCY and not whole:
            return 1.0
        return self.share * whole - part if self.measure == WAIT else part - self.bound * whole

    def events(self, found: Observed, kind: str, month: Window | None = None) -> tuple[int, float] | None:
        """Requests that fare as the norm wants few to, and how many it allows; None where it counts none."""
        if self.rarity is None:
            return None
        part, whole = self.counts(found, kind, month)
        return (whole - part if self.measure == WAIT else part), self.rarity * whole

    @property
    def rarity(self) -> float | None:
        """Share of requests that may fare as the norm wants few to fare; None where it counts none."""
        if self.measure == OCCUPANCY:
            return None
        return 1 - self.share if self.measure == WAIT else self.bound


def parse_norm(text: str) -> Norm:
    """A norm written as `wait_days<=3@0.9` or `refused<=5%`; decimals have a point or a comma.

    Raises InputError when it is written otherwise.
    """
    found = _FORM.fullmatch(text) if len(text) <= LONGEST_ECHO else None
    if found is None:
        raise InputError("--norm {text!r}: is no norm; {hint}", text=text, hint=_HINT)
    measure, share = found["measure"], found["share"]
    said = {"text": text, "measure": measure}
    if measure not in _MEASURES:
        raise InputError(
            "--norm {text!r}: {measure!r} is not measured; choose from {measures}", **said, measures=_MEASURES
        )
    if found["side"] in _FLOORS:
        raise InputError(
            "--norm {text!r}: a floor names no smallest number, as occupancy only falls with beds; write a "
            "ceiling such as refused<=0.05, and read occupancy beside it at each number of beds",
            text=text,
        )
    bound = _number(text, found["bound"] + (found["percent"] or ""))
    given = {"text": text, "bound": found["bound"]}
    if measure == WAIT:
        if share is None:
            raise InputError(
                "--norm {text!r}: says not for which share of requests; write it as {measure}<={bound:g}@0.9",
                **said,
                bound=bound,
            )
        part = _number(text, share)
        if not 0 < part < 1:
            raise InputError(
                "--norm {text!r}: {share} is no share; write one between 0 and 1, as 0.9",
                text=text,
                share=share,
            )
        if bound < 0:
            raise InputError("--norm {text!r}: {bound} days is too few; write 0 or more", **given)
        if not bound <= MOST_DAYS:
            raise InputError(
                "--norm {text!r}: {bound} is no number of days; write one from 0 to {most_days}",
                **given,
                most_days=MOST_DAYS,
            )
        return Norm(measure, bound, part)
    if share is not None:
        raise InputError(
            "--norm {text!r}: only wait_days has a share after @; write {measure}<={bound:g}",
            **said,
            bound=bound,
        )
    if not 0 <= bound < 1:
        raise InputError(
            "--norm {text!r}: {bound} is no share; write one from 0 up to 1, as {measure}<=0.05",
            **given,
            measure=measure,
        )
    return Norm(measure, bound)


def parse_norms(given: str | Sequence[str]) -> tuple[Norm, ...]:
    """Norms in the order given, each once; the default norms where none is given."""
    texts = [given] if isinstance(given, str) else list(given)
    return tuple(dict.fromkeys(parse_norm(text) for text in texts or DEFAULT_NORMS))


def _number(text: str, word: str) -> float:
    part = word.endswith("%")
    try:
        number = float(word.removesuffix("%").replace(",", "."))
        return number / 100 if part else number
    except ValueError:
        raise InputError(
            "--norm {text!r}: {word!r} is no number; {hint}", text=text, word=word, hint=_HINT
        ) from None
