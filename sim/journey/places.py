"""Places with beds, searched together: free beds per site, one queue in order of request.

A waiting request is not removed when it ends otherwise (patience, death): it is marked, and
dropped when the queue reaches it. No event is spent on a request that need not wait.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence

_UNLIMITED = None
ANYWHERE = -1
_tickets = itertools.count(1)


class Request:
    """Somebody who may wait for a place.

    Attributes
    ----------
    accepts : tuple of int
        Kinds of place that will do, in order of preference.
    site : int
        The only site that will do; ANYWHERE where any of those kinds does.
    first : bool
        Whether it goes before the others that wait.
    ticket : int
        Number of the wait under way; 0 while not waiting. An older ticket in a queue is void.
    """

    __slots__ = ("accepts", "first", "site", "ticket")

    def __init__(self, accepts: tuple[int, ...] = (0,), site: int = ANYWHERE, first: bool = False) -> None:
        self.accepts = accepts
        self.site = site
        self.first = first
        self.ticket = 0

    def takes(self, kind: int, site: int) -> bool:
        """Whether a bed will do."""
        return kind in self.accepts if self.site == ANYWHERE else site == self.site

    def give_up(self) -> None:
        """Stop waiting."""
        self.ticket = 0


class Places:
    """The places that a group of sites offers to one queue.

    Parameters
    ----------
    kinds : sequence of int
        Kind of place of each site.
    beds : sequence of int or None
        Beds of each site; None is unlimited.
    """

    __slots__ = ("_by_kind", "_queue", "_ranked", "beds", "free", "kinds")

    def __init__(self, kinds: Sequence[int], beds: Sequence[int | None]) -> None:
        self.kinds = tuple(kinds)
        self.beds = tuple(beds)
        self.free: list[int] = [1 if b is _UNLIMITED else b for b in beds]
        self._queue: deque[tuple[int, Request]] = deque()
        self._ranked = False
        self._by_kind: dict[int, tuple[int, ...]] = {
            kind: tuple(i for i, k in enumerate(self.kinds) if k == kind) for kind in set(self.kinds)
        }

    def take(self, accepts: tuple[int, ...]) -> int:
        """Occupy a bed of the first acceptable kind with one free, at the site where most are free.

        Where sites have as many free, it is the first of them: houses fill evenly, and no draw is spent.
        Gives the site number, -1 when none is free.
        """
        free = self.free
        for kind in accepts:
            best, most = -1, 0
            for site in self._by_kind.get(kind, ()):
                if free[site] > most:
                    best, most = site, free[site]
            if best >= 0:
                if self.beds[best] is not _UNLIMITED:
                    free[best] -= 1
                return best
        return -1

    def take_at(self, site: int) -> int:
        """Occupy a bed of one site; -1 when none is free there."""
        if self.free[site] <= 0:
            return -1
        if self.beds[site] is not _UNLIMITED:
            self.free[site] -= 1
        return site

    def wait(self, request: Request) -> None:
        """Join the queue."""
        request.ticket = next(_tickets)
        self._ranked = self._ranked or request.first
        self._queue.append((request.ticket, request))

    def release(self, site: int) -> Request | None:
        """Give a bed back, to the first waiting request that accepts it, those that go first before all.

        None if free.
        """
        if self.free[site] < 0:
            self.free[site] += 1
            return None
        kind = self.kinds[site]
        queue = self._queue
        while queue and queue[0][1].ticket != queue[0][0]:
            queue.popleft()
        chosen = None
        for ticket, request in queue:
            if request.ticket == ticket and request.takes(kind, site):
                if request.first or not self._ranked:
                    chosen = request
                    break
                chosen = chosen or request
        if chosen is not None:
            chosen.ticket = 0
            return chosen
        if self.beds[site] is not _UNLIMITED:
            self.free[site] += 1
        return None

    def resize(self, site: int, beds: int) -> list[Request]:
        """Change the beds of a site, and say who gets those added, in order of request.

        Beds in use close as their guests leave.
        """
        before = self.beds[site]
        if before is _UNLIMITED:
            raise ValueError("a site without a limit has no number of beds to change")
        beds_now = list(self.beds)
        beds_now[site] = beds
        self.beds = tuple(beds_now)
        granted = []
        for _ in range(beds - before):
            request = self.release(site)
            if request is not None:
                granted.append(request)
        self.free[site] -= max(before - beds, 0)
        return granted

    def occupied(self, site: int) -> int:
        """Beds in use at a site with a limit."""
        limit = self.beds[site]
        if limit is None:
            raise ValueError("a site without a limit does not count its beds")
        return limit - self.free[site]
