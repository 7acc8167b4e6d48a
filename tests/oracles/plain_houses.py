"""Houses with one waiting list in plain Python: written from the rules alone, nothing of the program in it.

Requests are Poisson, stays and patience exponential. Everybody has a house of their own, drawn by its beds.
Who accepts no other waits for it. Who accepts any gets a bed where most are free or, where that is asked, in
their own house and else in the first with one. A bed that comes free goes to the first on the list whom it
suits.
"""

from __future__ import annotations

import heapq
import random
import statistics
from collections.abc import Sequence


def leave_unplaced(
    houses: Sequence[int],
    load: float,
    patience: float,
    other_house: float,
    requests: int,
    seed: int,
    own_first: bool = False,
    batches: int = 40,
) -> tuple[float, float]:
    """Share of requests that end without a bed, and its standard error by batches.

    Parameters
    ----------
    houses : sequence of int
        Beds of each.
    load : float
        Requests in a mean stay.
    patience : float
        Mean, in mean stays.
    other_house : float
        Share that accepts any house.
    requests : int
        After as many as fill the houses.
    seed : int
    own_first : bool
        Whether who accepts any house looks in their own first.
    batches : int
    """
    chance = random.Random(seed)
    free = list(houses)
    waiting: dict[int, int | None] = {}
    events: list[tuple[float, str, int]] = [(chance.expovariate(load), "asks", 0)]
    skipped = 20 * sum(houses)
    lost = [0] * batches
    batch_of = max(requests // batches, 1)
    while events:
        now, what, number = heapq.heappop(events)
        if what == "asks":
            if number + 1 < skipped + requests:
                heapq.heappush(events, (now + chance.expovariate(load), "asks", number + 1))
            house = chance.choices(range(len(houses)), weights=houses)[0]
            own: int | None = house
            if chance.random() < other_house:
                own = None
                if not own_first:
                    house = max(range(len(houses)), key=lambda each: free[each])
                elif not free[house]:
                    house = next((each for each, beds in enumerate(free) if beds), house)
            if free[house] > 0:
                free[house] -= 1
                heapq.heappush(events, (now + chance.expovariate(1.0), "leaves", house))
            else:
                waiting[number] = own
                heapq.heappush(events, (now + chance.expovariate(1.0 / patience), "gives up", number))
        elif what == "gives up":
            if number in waiting:
                del waiting[number]
                if number >= skipped:
                    lost[min((number - skipped) // batch_of, batches - 1)] += 1
        else:
            following = next((who for who, own in waiting.items() if own in (None, number)), None)
            if following is None:
                free[number] += 1
            else:
                del waiting[following]
                heapq.heappush(events, (now + chance.expovariate(1.0), "leaves", number))
    shares = [each / batch_of for each in lost]
    return statistics.fmean(shares), statistics.stdev(shares) / batches**0.5
