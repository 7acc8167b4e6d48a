"""The answer in three sentences, made from the numbers: up, down or unclear; small, moderate or large."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sim.report import style
from sim.report.language import Language
from sim.report.results import Alternative, Difference, Estimate, RunView

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

    Parameters
    ----------
    found : Difference

    Returns
    -------
    {"up", "down", "same", "unclear"}
        "same" when difference and interval are exactly 0; "unclear" when the interval holds 0 or
        there is no interval.
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
    """How large a difference is on a scale.

    Parameters
    ----------
    amount : float
        Relative difference or difference of two shares; the sign does not matter.
    scale : Scale

    Returns
    -------
    {"small", "moderate", "large"}
    """
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


def between(found: Estimate | Difference, show: Callable[[float], str], words: Language) -> str:
    """The 95% interval of an estimate in words; a phrase of its own where there is none."""
    if not found.has_interval:
        return words.say("interval.none")
    return words.say("interval.text", low=show(found.low), high=show(found.high))


def largest(parts: dict[str, Difference], clear_only: bool = True) -> str | None:
    """The part with the largest difference, by default among those that point one way.

    Returns
    -------
    str or None
        None when no part points one way.
    """
    chosen = {k: d for k, d in parts.items() if not clear_only or direction(d) in ("up", "down")}
    if not chosen:
        return None
    return max(chosen, key=lambda k: abs(chosen[k].difference))


def run_answer(run: RunView, words: Language) -> tuple[str, str, str]:
    """Three sentences on one run: what it costs and by which law, where people die, what patients pay.

    Parameters
    ----------
    run : RunView
    words : Language

    Returns
    -------
    tuple of three str
    """
    total = run.kpis.get("cost", view="calendar")
    laws = run.kpis.along("cost", "law", view="calendar")
    if total is None or not laws or not total.mean:
        first = words.say("answer.run.no_cost")
    else:
        top = max(laws, key=lambda k: laws[k].mean)
        first = words.say(
            "answer.run.cost",
            period=period(run, words),
            cost=words.million(total.mean),
            interval=between(total, words.million, words),
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
            mean=words.euro(mean.mean),
            interval=between(mean, words.euro, words),
            high=words.euro(high.mean),
        )
    return first, second, third


def comparison_answer(alternative: Alternative, words: Language, scales: Scales) -> tuple[str, str, str]:
    """Three sentences on a paired difference: cost and who bears it, place of death, what patients pay.

    Parameters
    ----------
    alternative : Alternative
    words : Language
    scales : Scales

    Returns
    -------
    tuple of three str
    """
    return (
        _cost_sentence(alternative, words, scales),
        _place_sentence(alternative, words, scales) + _wishes_sentence(alternative, words),
        _payment_sentence(alternative, words, scales),
    )


def _cost_sentence(alternative: Alternative, words: Language, scales: Scales) -> str:
    total = alternative.differences.get("cost", view="calendar")
    if total is None:
        return words.say("answer.cost.none")
    way = direction(total)
    share = relative(total)
    sentence = words.say(
        f"answer.cost.{way}",
        difference=words.amount(abs(total.difference)),
        signed=words.amount(total.difference, signed=True),
        percent=words.percent(abs(share), 2),
        interval=between(total, lambda x: words.amount(x, True), words),
        size=words.say(f"size.{size(share, scales.relative)}"),
        period=period(alternative.run, words),
    )
    payer = largest(alternative.differences.along("cost", "payer", view="calendar"))
    if payer is None or way == "same":
        return sentence + "."
    part = alternative.differences.along("cost", "payer", view="calendar")[payer]
    return sentence + words.say(
        f"answer.payer.{direction(part)}",
        payer=words.word("payer_in_sentence", payer),
        amount=words.amount(part.difference, signed=True),
    )


def _place_sentence(alternative: Alternative, words: Language, scales: Scales) -> str:
    places = alternative.differences.along("place_of_death", "setting")
    ups = {k: d for k, d in places.items() if direction(d) == "up"}
    downs = {k: d for k, d in places.items() if direction(d) == "down"}
    if not ups and not downs:
        same = bool(places) and all(direction(d) == "same" for d in places.values())
        return words.say("answer.places.same" if same else "answer.places.unclear")
    clear = {**ups, **downs}
    parts = []
    for way, group in (("up", ups), ("down", downs)):
        top = largest(group)
        if top is not None:
            parts.append(
                words.say(
                    f"answer.places.{way}",
                    place=words.word("place_in_sentence", top),
                    points=words.points(group[top].difference, style.POINT_DIGITS),
                    interval=between(group[top], lambda v: words.bare_points(v, style.POINT_DIGITS), words),
                )
            )
    widest = max(abs(d.difference) for d in clear.values())
    return words.say(
        "answer.places.change",
        parts=words.listing(parts),
        size=words.say(f"size.{size(widest, scales.points)}"),
    )


def _wishes_sentence(alternative: Alternative, words: Language) -> str:
    """Wishes for the place of death met of all who died; empty where the runs did not count them."""
    found = alternative.differences.get("wishes_met")
    if found is None:
        return ""
    return words.say(
        f"answer.wishes.{direction(found)}",
        base=words.percent(found.base, 1),
        alt=words.percent(found.alt, 1),
        interval=between(found, lambda v: words.bare_points(v, style.POINT_DIGITS), words),
    )


def _payment_sentence(alternative: Alternative, words: Language, scales: Scales) -> str:
    mean = alternative.differences.get("patient_payment_mean")
    if mean is None:
        return words.say("answer.payment.none")
    return words.say(
        f"answer.payment.{direction(mean)}",
        base=words.euro(mean.base),
        alt=words.euro(mean.alt),
        difference=words.euro(abs(mean.difference), 2),
        signed=words.euro(mean.difference, 2, signed=True),
        interval=between(mean, lambda x: words.euro(x, 2, signed=True), words),
        size=words.say(f"size.{size(relative(mean), scales.relative)}"),
    )
