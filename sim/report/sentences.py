"""The answer, lists and reasons as sentences that a reader takes at once, made from the numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sim.measure.estimates import Difference, Estimate
from sim.report import style
from sim.report.language import Language
from sim.report.results import RunView
from sim.report.rounding import told_range
from sim.scenario import load_scenario, scenario_names

_DOCUMENTS = {
    "own_payments": "own_payments",
    "tariffs_notes": "tariffs_notes",
    "epidemiology_and_pathways": "epidemiology",
    "epidemiology": "epidemiology",
    "calibration.yaml": "calibration",
}
"""Files that reasons refer to, each with its word under `document`."""
_IDS = re.compile(r"\s?\((?:[a-z_]+(?:\.[a-z_]+)+(?:, )?)+\)")
"""Ids of prices and settings between brackets, which say nothing to a reader."""


def unchanged_told(names: Sequence[str], join: Callable[[list[str]], str], words: Language) -> str:
    """What stays as it is, in sentences, of names that `join` puts together, that are not too long."""
    told: list[str] = []
    held: list[str] = []
    for name in names:
        if held and len(_sentence(told, [*held, name], join, words).split()) > style.SENTENCE_WORDS:
            told.append(_sentence(told, held, join, words))
            held = []
        held.append(name)
    return " ".join((*told, _sentence(told, held, join, words)))


def plain_names(text: str, words: Language) -> str:
    """A reason, evidence or mechanism in which scenarios and documents are called as a reader knows them."""
    return _named_files().sub(lambda found: _plain(found[0], words), _IDS.sub("", text))


@cache
def _named_files() -> re.Pattern[str]:
    names = sorted((*_DOCUMENTS, *(name for name in scenario_names() if "_" in name)), key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})(?!\w)")


def _plain(name: str, words: Language) -> str:
    if name in _DOCUMENTS:
        return words.word("document", _DOCUMENTS[name])
    return words.say("quoted", text=_title(name, words.code))


@cache
def _title(scenario: str, code: str) -> str:
    return str(getattr(load_scenario(scenario).scenario.title, code))


def short_sentences(text: str) -> str:
    """A reason as sentences, one a part between semicolons; what is too long stays in the long tables."""
    parts = (part.strip() for part in re.split(r";\s|(?<=[.?!])\s+", text))
    kept = (part for part in parts if part and len(part.split()) <= style.SENTENCE_WORDS)
    return " ".join(part[:1].upper() + part[1:].rstrip(".") + "." for part in kept)


def _sentence(
    before: Sequence[str], names: list[str], join: Callable[[list[str]], str], words: Language
) -> str:
    return words.say("unchanged.more" if before else "unchanged.all", names=join(names))


Direction = Literal["up", "down", "same", "unclear"]
Size = Literal["small", "moderate", "large"]


@dataclass(frozen=True, slots=True)
class Scale:
    """From which size on a difference is called moderate and large (shares, for example 0.01)."""

    moderate_from: float
    large_from: float


@dataclass(frozen=True, slots=True)
class Scales:
    """The two scales of the answer: money relative to the base, shares in points."""

    relative: Scale
    points: Scale


def direction(found: Difference) -> Direction:
    """Which way a paired difference points.

    It is "same" when difference and interval are exactly 0, "unclear" when the interval holds 0 or there is
    none.
    """
    if found.difference == 0 and (not found.has_interval or found.low == found.high == 0):
        return "same"
    if not found.has_interval:
        return "unclear"
    if found.low > 0:
        return "up"
    if found.high < 0:
        return "down"
    return "unclear"


def size(amount: float, scale: Scale) -> Size:
    """How large a relative difference, or one of two shares, is on a scale; its sign does not matter."""
    if abs(amount) >= scale.large_from:
        return "large"
    return "moderate" if abs(amount) >= scale.moderate_from else "small"


def relative(found: Difference) -> float:
    """Difference as a share of the base; infinite where only the base is 0."""
    if found.base:
        return found.difference / abs(found.base)
    return math.copysign(math.inf, found.difference) if found.difference else 0.0


def period(run: RunView, words: Language) -> str:
    """The counted window in words: a year number where it is one calendar year."""
    start, end = run.counted
    if (start.month, start.day, end.month, end.day) == (1, 1, 1, 1) and end.year - start.year == 1:
        return str(start.year)
    return words.say("period", start=words.date(start), end=words.date(end))


def largest(parts: dict[str, Difference], clear_only: bool = True) -> str | None:
    """The part with the largest difference, by default of those that point one way; None where none does."""
    chosen = {k: d for k, d in parts.items() if not clear_only or direction(d) in ("up", "down")}
    if not chosen:
        return None
    return max(chosen, key=lambda k: abs(chosen[k].difference))


def _told(found: Estimate, words: Language) -> dict[str, str]:
    """An amount and its interval, in the digits that the interval leaves."""
    amount, span = told_range(found, "eur", words)
    return {
        "amount": amount,
        "interval": words.say("interval.of", span=span) if span else words.say("interval.none"),
    }


def run_answer(run: RunView, words: Language) -> tuple[str, str, str]:
    """Three sentences on one run: what it costs and by which law, where people die, what patients pay."""
    total = run.kpis.get("cost", view="calendar")
    laws = run.kpis.along("cost", "law", view="calendar")
    if total is None or not laws or not total.mean:
        first = words.say("answer.run.no_cost")
    else:
        top = max(laws, key=lambda k: laws[k].mean)
        first = words.say(
            "answer.run.cost",
            period=period(run, words),
            **_told(total, words),
            share=words.percent(laws[top].mean / total.mean, 0),
            law=words.word("law", top),
        )
    places = run.kpis.along("place_of_death", "setting")
    if not places:
        second = words.say("answer.run.no_place")
    else:
        ordered = sorted(places, key=lambda k: -places[k].mean)[: style.PLACES_NAMED]
        second = words.say(
            "answer.run.place",
            places=words.listing(
                [
                    words.say(
                        "answer.place_part",
                        share=words.percent(places[k].mean, 0),
                        place=words.word("place_in_sentence", k),
                    )
                    for k in ordered
                ]
            ),
        )
        met = run.kpis.get("wishes_met")
        if met is not None:
            second += words.say("answer.run.wishes", share=words.percent(met.mean, 0))
    mean = run.kpis.get("patient_payment_mean")
    high = run.kpis.get("patient_payment_p90")
    if mean is None or high is None:
        third = words.say("answer.run.no_payment")
    else:
        third = words.say(
            "answer.run.payment",
            **_told(mean, words),
            high=told_range(high, "eur", words)[0],
        )
    return first, second, third
