"""Own prices, and own rules: functions in place of legal rules, sent to other processes by value."""

from __future__ import annotations

import datetime as dt
import inspect
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import cloudpickle
import numpy as np

from sim.catalogue import TariffBook
from sim.errors import InputError, Message, meant, nearest, reason
from sim.law.registry import RuleSet, registered
from sim.scenario.own import Own, OwnRule, own_tariff


@dataclass(frozen=True)
class OwnFunction:
    """An own function in place of one of the law, which gives what that does: as many cents or words."""

    key: str  # of the rule
    name: str  # of the function
    program: bytes = field(repr=False)  # the pickled function
    law: Callable[..., Any] = field(repr=False)  # what it replaces, which shows the form of the answer

    @cached_property
    def _function(self) -> Callable[..., Any]:
        found: Callable[..., Any] = cloudpickle.loads(self.program)
        return found

    def __getstate__(self) -> dict[str, Any]:
        """What travels: the program, not the function that was made of it."""
        return {name: self.__dict__[name] for name in ("key", "name", "program", "law")}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Take over what travelled."""
        self.__dict__.update(state)

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The answer of the own function; InputError when it fails, or gives something else than the law."""
        wanted = self.law(*given, **named)
        try:
            found = self._function(*given, **named)
        except Exception as fault:
            raise InputError(
                "own rule {name} for {key}: {kind}: {fault}; mend it",
                about=self,
                kind=type(fault).__name__,
                fault=reason(fault),
            ) from None
        self._refuse_other_form(found, wanted)
        return found

    def _refuse_other_form(self, found: Any, wanted: Any) -> None:
        if isinstance(wanted, tuple) and isinstance(found, tuple) and len(wanted) == len(found):
            for part, model in zip(found, wanted, strict=True):
                self._refuse_other_form(part, model)
            return
        if _form(found) != _form(wanted):
            raise InputError(
                "own rule {name} for {key}: gives {form}; give {form2}, as the law does",
                about=self,
                form=_form(found),
                form2=_form(wanted),
            )


def _form(value: Any) -> str:
    """Kind, and shape where it has one, of what a rule gives."""
    if isinstance(value, np.ndarray):
        kind = {"i": "whole numbers", "b": "truth values", "f": "broken numbers"}.get(
            value.dtype.kind, "objects"
        )
        return f"an array of {' x '.join(map(str, value.shape))} {kind}"
    return f"one {type(value).__name__}"


def own_rule(key: str, function: Callable[..., Any]) -> OwnRule:
    """A function of an analyst, packed to replace a legal rule by its key in `docs/rules.md`, such as `P1`.

    It takes what the function of the law takes and gives what that gives. Raises InputError when there is no
    such rule, or the function takes other things or cannot be packed.
    """
    versions = [rule for rule in registered() if rule.key == key]
    if not versions:
        known = sorted({rule.key for rule in registered()})
        near = nearest(key, known)
        parts = [other for other in known if other.startswith(f"{key}/")]
        hint = meant(near or parts[0]) if near or parts else Message("docs/rules.md lists them")
        raise InputError("rule {key}: no such rule; {hint}", key=key, hint=hint)
    name = getattr(function, "__name__", type(function).__name__)
    if not callable(function):
        raise InputError("rule {key}: {function} is no function; give one", key=key, function=function)
    _refuse_other_signature(key, name, function, versions[0].function)
    try:
        program = by_value(function)
    except Exception as fault:
        raise InputError(
            "own rule {name} for {key}: cannot travel to other processes ({fault}); use "
            "plain functions and values",
            name=name,
            key=key,
            fault=reason(fault),
        ) from None
    try:
        text = inspect.getsource(function)
    except (OSError, TypeError):
        text = ""
    return OwnRule(key, name, program, text)


def by_value(function: Callable[..., Any], around: Callable[[Any], Any] | None = None) -> bytes:
    """A function, or what `around` makes of it, with what it uses of the modules of the analyst, as bytes."""
    with _by_value(_modules_of(function)):
        program: bytes = cloudpickle.dumps(function if around is None else around(function))
    return program


def _refuse_other_signature(key: str, name: str, own: Callable[..., Any], law: Callable[..., Any]) -> None:
    wanted = list(inspect.signature(law).parameters)
    try:
        inspect.signature(own).bind(*wanted)
    except TypeError:
        raise InputError(
            "own rule {name} for {key}: must take {wanted}, as the law does",
            name=name,
            key=key,
            wanted=wanted,
        ) from None


def _modules_of(function: Callable[..., Any], seen: set[str] | None = None) -> set[str]:
    """Modules of the analyst that a function uses: they travel with it, so that an edit is never missed."""
    seen = set() if seen is None else seen
    used = [inspect.getmodule(function)]
    if isinstance(function, FunctionType):
        names = function.__code__.co_names
        held = [function.__globals__.get(name) for name in names]
        held += [cell.cell_contents for cell in function.__closure__ or ()]
        used += [value if isinstance(value, ModuleType) else inspect.getmodule(value) for value in held]
    found: set[str] = set()
    for module in used:
        if module is None or module.__name__ in seen or not _is_of_the_analyst(module):
            continue
        seen.add(module.__name__)
        found.add(module.__name__)
        for value in vars(module).values():
            if isinstance(value, FunctionType):
                found |= _modules_of(value, seen)
            elif isinstance(value, ModuleType) and _is_of_the_analyst(value):
                found.add(value.__name__)
    return found


def _is_of_the_analyst(module: ModuleType) -> bool:
    """Whether a module is neither installed, nor of Python, nor of this program."""
    file = getattr(module, "__file__", None)
    if (
        file is None
        or module.__name__ == "__main__"
        or module.__name__.partition(".")[0] in ("sim", "palsim")
    ):
        return False
    place = Path(file).resolve()
    if {"site-packages", "dist-packages"} & set(place.parts):
        return False
    return not place.is_relative_to(Path(sysconfig.get_paths()["stdlib"]).resolve())


@contextmanager
def _by_value(modules: set[str]) -> Iterator[None]:
    for name in modules:
        cloudpickle.register_pickle_by_value(sys.modules[name])
    try:
        yield
    finally:
        for name in modules:
            cloudpickle.unregister_pickle_by_value(sys.modules[name])


def own_book(book: TariffBook, own: Own) -> TariffBook:
    """A tariff book with the own amounts in it; the same book when there are none.

    Raises InputError when there is no such id, or the amount cannot be one; names the file that gives it.
    """
    for mine in own.tariffs:
        try:
            book = book.with_own([(mine.id, mine.amount, mine.source, mine.since)])
        except InputError as fault:
            if not mine.where:
                raise
            raise InputError("{where}: {fault}", where=mine.where, fault=fault.message) from None
    return book


def amount_of_law(book: TariffBook, path: str, day: dt.date) -> float | None:
    """The amount in whose place an own one comes, on its first day; None for one on invoice.

    The book is one without own amounts; the day counts where the own amount has no first day.
    """
    about = own_tariff(path, 0, path)
    found = book.standing(about.id, about.since or day)
    return None if found is None else float(found.amount)


def with_own_rules(rules: RuleSet, own: Own) -> RuleSet:
    """The rules of a run with the own functions in the place of those of the law.

    The same when no rule is own. Raises InputError when a rule is not in the set.
    """
    for mine in own.rules:
        if not rules.has(mine.key):
            raise InputError(
                "rule {key}: does not apply in this scenario; choose its plan there", key=mine.key
            )
        rules = RuleSet(
            tuple(
                replace(
                    rule,
                    title=f"{rule.title} (own: {mine.name})",
                    function=OwnFunction(mine.key, mine.name, mine.program, rule.function),
                )
                if rule.key == mine.key
                else rule
                for rule in rules.rules
            )
        )
    return rules


def refuse_missing_rules(manifest: Mapping[str, Any], own: Own) -> None:
    """Refuse with an InputError to price a stored run again without the own rules that priced it."""
    at_hand = {rule["program"] for rule in own.as_json()["rules"]}
    for rule in manifest.get("own", {}).get("rules", ()):
        if rule["program"] not in at_hand:
            raise InputError(
                "rule {key}: the run was priced with own rule {name}, which is not here; ask "
                "the result that made it",
                key=rule["key"],
                name=rule["name"],
            )
