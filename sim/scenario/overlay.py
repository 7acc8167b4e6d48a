"""An overlay: a file that extends a scenario and sets some of its values."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import Field

from sim.errors import InputError, Message, Place, ValueFault
from sim.limits import LONGEST_PATH, MOST_SENTENCES
from sim.scenario import paths
from sim.scenario.headline import Headline
from sim.scenario.in_force import can_follow_a_path, moment_of
from sim.scenario.numbers import Identifier, Kind, Line, Model, Multiple, Reference, References, Text
from sim.scenario.own import PRICES, Own, OwnTariff, id_of, is_price, own_tariff
from sim.scenario.phase import full, steps_of, with_every_key

Data = dict[str, Any]

_NOT_STATED = Text(nl="niet vermeld", en="not stated")
_CHOSEN = "chosen in scenario "


class SetItem(Model):
    """One changed setting, or one own price or legal amount (`tariffs.<id>`).

    With `kind`, the provenance of a setting is replaced whole; without it, key by key. An own amount says
    where it comes from (`source`), and with `from` its first day. `from` with a mapping of days (or years) to
    values, in place of `value`, is a path over dates; with a day beside `value` it is a path of one step.
    """

    path: Annotated[str, Field(max_length=LONGEST_PATH)]
    value: Any
    kind: Kind | None = None
    source: Reference | None = None
    reason: Annotated[str, Field(max_length=5000)] | None = None
    range: tuple[float, float] | None = None
    range_factor: tuple[Multiple, Multiple] | None = None
    since: Annotated[dt.date | None, Field(alias="from")] = None

    def own_tariffs(self, source: str | None = None) -> tuple[OwnTariff, ...]:
        """The own amounts that this item gives, one a step of a path over dates; faults as `own_tariff`."""
        steps = steps_of(self.value)
        if steps is None:
            return (self.own_tariff(source),)
        return tuple(
            self.model_copy(update={"value": part, "since": day}).own_tariff(source) for day, part in steps
        )

    def own_tariff(self, source: str | None = None) -> OwnTariff:
        """The own amount that this item gives, from `source` where the item says none.

        Raises InputError when something of it is missing, wrong or has no place here.
        """
        for key in ("kind", "reason", "range", "range_factor"):
            if getattr(self, key) is not None:
                raise InputError("{key}: an own amount has value, source and from; leave it out", key=key)
        told = self.source if self.source is not None else source
        if told is None:
            raise InputError("source: is missing; say where the amount comes from")
        made = own_tariff(self.path, self.value, told)
        if self.since is None:
            return made
        if made.since is not None:
            raise InputError("from: the path has a first day already; give one of them")
        return replace(made, since=self.since)


def with_paths_as_values(raw: Data, label: str) -> Data:
    """An overlay in which each `from` that holds values by day, a path over dates, is the value of its item.

    `raw` is as the file, named by its label, has it. Raises InputError when such a mapping is none of days to
    values, or stands beside a value.
    """
    items = raw.get("set")
    if not isinstance(items, list):
        return raw
    found = []
    for number, item in enumerate(items):
        path = item.get("from") if isinstance(item, dict) else None
        if isinstance(path, dict):
            where = Message("{label}: set[{number}].from", label=label, number=number)
            if "value" in item:
                raise InputError("{where}: holds the values by day; leave out value", where=where)
            try:
                steps = steps_of(path)
            except ValueFault as fault:
                raise InputError("{where}: {fault}", where=where, fault=fault.message) from None
            if steps is None:
                raise InputError(
                    "{where}: is no day and no mapping of days to values; write 2027-01-01: 0.5", where=where
                )
            item = {key: part for key, part in item.items() if key != "from"} | {"value": path}
        found.append(item)
    return raw | {"set": found}


class Overlay(Model):
    """A file with `extends`. What its header leaves out is not taken over from the scenario below.

    `combines` names overlays whose own changes come first, one after the other, before those of `set`.
    """

    extends: str
    combines: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    name: Identifier | None = None
    title: Text | None = None
    question: Text = _NOT_STATED
    mechanism: Text = _NOT_STATED
    evidence: Text = _NOT_STATED
    status: Text | None = None
    author: Line = _NOT_STATED.en
    date: dt.date | None = None
    references: References = ()
    headline: Annotated[tuple[Headline, ...], Field(max_length=MOST_SENTENCES)] = ()
    area: str | None = None
    set: tuple[SetItem, ...] = ()

    def header(self, stem: str) -> Data:
        """Keys of the merged scenario that describe this file; `stem` is the name where the file gives none.

        As JSON values; `date` and `area` only when given, `status` None when not.
        """
        name = self.name or stem
        title = self.title or Text(nl=name, en=name)
        shown = self.model_copy(update={"name": name, "title": title})
        header = shown.model_dump(mode="json", exclude={"set", "combines"})
        return {key: value for key, value in header.items() if value is not None or key == "status"}


@dataclass(frozen=True)
class Change:
    """One setting before and after an overlay."""

    path: str  # canonical
    before: Any  # None: the setting had no value of its own, or it is an amount of `tariffs/`
    after: Any
    overlay: str  # its name


def apply_items(
    data: Data, items: Sequence[SetItem], overlay: str, label: str, leave: Iterable[str] = ()
) -> tuple[Data, tuple[Change, ...]]:
    """Lay the items of one overlay over a scenario of JSON values, which stays as it is.

    The new one is not yet validated. Paths whose first key is in `leave` are not applied. Raises InputError,
    with the label of the file, for an unknown path, or one that is set twice.
    """
    merged = copy.deepcopy(data)
    changes: dict[str, Change] = {}
    explained: set[str] = set()
    seen: set[str] = set()
    for number, item in enumerate(items):
        where = Message("{label}: set[{number}].path {path!r}", label=label, number=number, path=item.path)
        if is_price(item.path):
            continue
        try:
            address = paths.find(item.path)
        except paths.UnknownPath as fault:
            raise InputError("{where}: {fault}", where=where, fault=fault) from None
        mine = written([item])
        if any(meet(path, other) for path in mine for other in seen):
            raise InputError("{where}: is set twice; keep one of them", where=where)
        seen |= mine
        if address.path.split(".")[0] in leave:
            continue
        steps = _steps(item, address, where)
        before = paths.value_at(merged, address.path)
        if steps is not None:
            values = with_every_key([part for _, part in steps], before)
            steps = tuple((day, part) for (day, _), part in zip(steps, values, strict=True))
        value = item.value if steps is None else full([part for _, part in steps])
        paths.put(merged, address, value)
        before = _only(before, value) if address.path == address.owner else before
        _follow(merged, address.path, steps, before)
        changes[address.path] = Change(
            address.path, before, item.value if steps is None else _told(steps), overlay
        )
        given = {key: getattr(item, key) for key in paths.PROVENANCE if getattr(item, key) is not None}
        owner = paths.value_at(merged, address.owner) if address.owner else None
        if isinstance(owner, dict) and (given or address.owner not in explained):
            _explain(owner, given, Change(address.path, before, value, overlay), address)
            explained.add(str(address.owner))
    return merged, tuple(changes.values())


def written(items: Iterable[SetItem]) -> set[str]:
    """Canonical paths that items set: of a whole that keeps what it leaves out, each key that it gives.

    Of a price `tariffs.<id>`, with `@<first day>` where it does not hold on every day. What leads nowhere is
    left out: it is refused where it is applied.
    """
    found: set[str] = set()
    for item in items:
        address = None if is_price(item.path) else paths.addresses().get(item.path)
        if is_price(item.path):
            with suppress(InputError, ValueFault):
                found.update(mine.path for mine in item.own_tariffs(item.path))
        elif address is not None and address.path == address.owner:
            with suppress(ValueFault):
                wholes = [part for _, part in steps_of(item.value) or ((None, item.value),)]
                for whole in wholes:
                    keys = [f".{key}" for key in whole] if isinstance(whole, dict) else [""]
                    found.update(f"{address.path}{key}" for key in keys)
        elif address is not None:
            found.add(address.path)
    return found


def meet(first: str, second: str) -> tuple[str, ...]:
    """What two paths of `written` both set; empty where they set different things.

    Of two settings the part, where one is a part of the other. Of two amounts of one price both: each holds
    until the first day of the next, so that one from another day changes it too.
    """
    if is_price(first) or is_price(second):
        return (first, second) if id_of(first) == id_of(second) else ()
    short, long = sorted((first, second), key=len)
    return (long,) if f"{long}.".startswith(f"{short}.") else ()


def covers(decided: Iterable[str], path: str) -> bool:
    """Whether paths of `written` set all of one."""
    if is_price(path):
        return not {path, f"{PRICES}.{id_of(path)}"}.isdisjoint(decided)
    return any(f"{path}.".startswith(f"{known}.") for known in decided)


def own_amounts(
    own: Own, items: Sequence[SetItem], overlay: str, label: str, source: str | None = None
) -> tuple[Own, tuple[Change, ...]]:
    """Lay the own amounts among the items of an overlay over those that are there.

    Each holds until the first day of the next, in whatever order the files have them. `source`
    is where they come from where an item says none. Raises InputError for an amount that is none, or one that
    is set twice. Whether its id exists is seen where it prices.
    """
    changes: dict[str, Change] = {}
    found: list[OwnTariff] = []
    for number, item in enumerate(items):
        if not is_price(item.path):
            continue
        where = Message("{label}: set[{number}] {path!r}", label=label, number=number, path=item.path)
        try:
            several = [replace(each, where=Place(where)) for each in item.own_tariffs(source)]
        except (InputError, ValueFault) as fault:
            raise InputError("{where}: {fault}", where=where, fault=fault.message) from None
        for mine in several:
            if mine.path in changes:
                raise InputError("{where}: is set twice; keep one of them", where=where)
            changes[mine.path] = Change(mine.path, None, float(mine.amount), overlay)
            found.append(mine)
    for mine in sorted(found, key=lambda each: each.since or dt.date.min):
        own = own.with_tariff(mine)
    return own, tuple(changes.values())


def item_at(items: Sequence[SetItem], location: Sequence[str | int]) -> int | None:
    """Find the number of the last item that wrote at, above or below a location of the merged scenario."""
    place = [str(part) for part in location if part != "[key]"]
    for number in reversed(range(len(items))):
        if is_price(items[number].path):
            continue
        parts = paths.find(items[number].path).path.split(".")
        shared = min(len(parts), len(place))
        if parts[:shared] == place[:shared]:
            return number
    return None


def _steps(item: SetItem, address: paths.Address, where: Message) -> tuple[tuple[dt.date, Any], ...] | None:
    """The path over dates that an item gives; None for a plain value."""
    try:
        steps = steps_of(item.value)
    except ValueFault as fault:
        raise InputError("{where}: {fault}", where=where, fault=fault.message) from None
    if item.since is not None:
        steps = ((item.since, item.value),)
    if steps is None:
        return None
    if moment_of(address.path) is None:
        groups = dict.fromkeys(path.rpartition(".")[0] for path in can_follow_a_path())
        raise InputError(
            "{where}: has one value in a whole run; a path over dates can have settings of {groups} "
            "(docs/scenarios.md has them all)",
            where=where,
            groups=list(groups),
        )
    forms = {type(part) if isinstance(part, dict | list) else float for _, part in steps}
    numbers = [n for _, part in steps for n in _numbers(part)]
    if len(forms) > 1 or not all(map(_is_number, numbers)):
        raise InputError("{where}: a path over dates holds numbers, of one form; mend its steps", where=where)
    return steps


def _numbers(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)


def _told(steps: Iterable[tuple[dt.date, Any]]) -> Data:
    return {day.isoformat(): part for day, part in steps}


def _follow(data: Data, path: str, steps: tuple[tuple[dt.date, Any], ...] | None, before: Any) -> None:
    """Write the path over dates of a setting, and drop what it, or a part or whole of it, followed so far."""
    others = []
    for phase in data[paths.PATHS_OVER_DATES]:
        if not (f"{phase['path']}.".startswith(f"{path}.") or f"{path}.".startswith(f"{phase['path']}.")):
            others.append(phase)
        elif phase["path"] == path and steps is not None:
            before = _until(phase, steps[0][0])
    if steps is not None:
        kept = [{"since": day, "value": part} for day, part in _told(steps).items()]
        others.append({"path": path, "before": before, "steps": kept})
    data[paths.PATHS_OVER_DATES] = sorted(others, key=lambda phase: str(phase["path"]))


def _until(phase: Data, day: dt.date) -> Any:
    """What a path came to just before a day."""
    reached = [step["value"] for step in phase["steps"] if step["since"] < day.isoformat()]
    return reached[-1] if reached else phase["before"]


def _only(before: Data, value: Any) -> Data:
    return {key: before.get(key) for key in value} if isinstance(value, dict) else before


def _explain(owner: Data, given: Data, change: Change, address: paths.Address) -> None:
    """Write the provenance of a changed value: what the item gives, or that the overlay chose it."""
    if given:
        for key in paths.PROVENANCE if "kind" in given else ():
            owner.pop(key, None)
        owner.update(given)
        return
    owner.update(kind="assumption", source=None, reason=f"{_CHOSEN}{change.overlay}")
    if address.path != f"{address.owner}.value" or address.schema.get("type") not in ("number", "integer"):
        owner["range_factor"] = owner.get("range_factor") or [1, 1]
    elif _is_number(change.before) and _is_number(change.after):
        owner["range"] = sorted((change.before, change.after))


def is_choice(reason: str | None) -> bool:
    """Whether the reason of a parameter says that an overlay chose a value and told no more of it."""
    return reason is not None and reason.startswith(_CHOSEN)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
