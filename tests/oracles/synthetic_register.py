"""A network of houses of which everything is known: requests, one queue, stays; its register as a file.

Written apart from the program: an event loop over requests in continuous time, whose moments become dates.
"""

from __future__ import annotations

import csv
import datetime as dt
import heapq
import io
import math
from dataclasses import dataclass

import numpy as np

HEAD = ("aangevraagd", "opgenomen", "afgewezen", "reden", "huis", "herkomst", "vertrokken", "bestemming")


@dataclass(frozen=True)
class Truth:
    """What a synthetic register is made from.

    Stays are lognormal with a median and a deviation of the logarithm, patience is exponential. `shut` holds
    (house, first day, last day, beds), in days of the register; `turnover` is the days a bed stays empty.
    """

    per_year: float = 100.0
    years: float = 3.0
    beds: tuple[int, ...] = (4, 4)
    median: float = 12.0
    sigma: float = 1.0
    patience: float = 4.0
    from_home: float = 0.5
    turnover: float = 0.0
    warm_up: float = 300.0
    shut: tuple[tuple[int, int, int, int], ...] = ()
    first: dt.date = dt.date(2023, 1, 1)

    @property
    def days(self) -> int:
        """Days of the register."""
        return round(self.years * 365.25)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.first + dt.timedelta(days=self.days - 1)

    @property
    def mean_stay(self) -> float:
        """Mean of the lognormal."""
        return self.median * math.exp(self.sigma**2 / 2)


def made(truth: Truth, seed: int) -> list[dict[str, str]]:
    """Rows of the register: requests of the years, cut off on its last day."""
    rng = np.random.default_rng(seed)
    end = float(truth.days)
    moments = []
    at = -truth.warm_up
    while (at := at + rng.exponential(365.25 / truth.per_year)) < end:
        moments.append(at)
    free = [(0.0 - truth.warm_up, house) for house, beds in enumerate(truth.beds) for _ in range(beds)]
    heapq.heapify(free)
    rows = []
    for asked in moments:
        origin = "thuis" if rng.random() < truth.from_home else "ziekenhuis"
        stay = rng.lognormal(math.log(truth.median), truth.sigma)
        until = asked + rng.exponential(truth.patience)
        since, house, rest = _bed(free, asked, truth)
        start = max(asked, since)
        if start > until:
            heapq.heappush(free, (since, house))
            found = {"afgewezen": until, "reden": "elders"} if until < end else {}
        else:
            heapq.heappush(free, (start + stay + truth.turnover, house))
            found = {"opgenomen": start, "vertrokken": start + stay, "huis": house} if start < end else {}
            if start + stay >= end:
                found.pop("vertrokken", None)
        for each in rest:
            heapq.heappush(free, each)
        if asked >= 0 or (found.get("vertrokken", end) >= 0 and "opgenomen" in found):
            rows.append(_row(truth, {"aangevraagd": asked, "herkomst": origin, **found}))
    return rows


def _bed(free, asked, truth):
    """The bed that is free first and not shut when it is taken; those passed over go back."""
    rest = []
    while True:
        since, house = heapq.heappop(free)
        start = max(asked, since)
        closed = sum(beds for h, low, high, beds in truth.shut if h == house and low <= start < high + 1)
        if not closed or sum(h == house for _, h in rest) >= closed:
            return since, house, rest
        rest.append((since, house))
        if not free:
            until = min(high + 1 for h, low, high, _ in truth.shut if low <= start < high + 1)
            _, house = rest.pop(0)
            return float(until), house, rest


def _row(truth, found):
    out = dict.fromkeys(HEAD, "")
    for name, value in found.items():
        if name == "huis":
            out[name] = f"Huis {chr(ord('A') + value)}"
        elif isinstance(value, str):
            out[name] = value
        else:
            out[name] = (truth.first + dt.timedelta(days=math.floor(value))).isoformat()
    if out["vertrokken"]:
        out["bestemming"] = "overleden"
    return out


def text(rows: list[dict[str, str]]) -> str:
    """Rows as CSV with semicolons."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEAD, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
