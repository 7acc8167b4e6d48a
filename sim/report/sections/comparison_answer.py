"""The answer to a comparison in sentences: what it touches, then costs, places and own payments."""

from __future__ import annotations

import datetime as dt

from sim.catalogue import OWN_MARK, load_tariffs
from sim.measure.estimates import Difference, Estimate
from sim.report.language import Language
from sim.report.results import Alternative
from sim.report.rounding import Change, told_range
from sim.report.sections.headlines import headline_of, is_covered, tells, tells_payers
from sim.report.sections.provenance import path_name
from sim.report.sentences import Scales, direction, largest, period, relative, size, unchanged_told
from sim.report.uncertainty import bracket
from sim.scenario.models import PLANS
from sim.scenario.own import own_tariffs_of
from sim.units import LAST_YEAR_DAYS

_CALENDAR = {"view": "calendar"}
_TOTAL = "cost:view=calendar"


def comparison_answer(alternative: Alternative, words: Language, scales: Scales) -> tuple[str, ...]:
    """Sentences on a paired difference, each amount with chance and assumptions beside it.

    The headline of the scenario comes first; what stays exactly as it is stands in one line at the end.
    """
    told, unchanged = headline_of(alternative, words)
    told = [*_idle_prices(alternative, words), *told]
    for key, kpi, tell in (
        ("cost", _TOTAL, _cost),
        ("places", "", _places),
        ("wishes", "wishes_met", _wishes),
        ("payment", "patient_payment_mean", _payment),
    ):
        sentence = "" if is_covered(alternative, kpi) else tell(alternative, words, scales)
        if sentence is None:
            unchanged.append(words.say(f"answer.{key}.same"))
        elif sentence:
            told.append(sentence)
    if unchanged:
        told.append(unchanged_told(unchanged, words.listing, words))
    return tuple(told)


def _idle_prices(alternative: Alternative, words: Language) -> list[str]:
    """Own prices with which nothing is paid in the run, so that they change nothing whatever they are."""
    priced = [row.split("@") for row in alternative.run.tariff_rows if row.endswith(OWN_MARK)]
    known = load_tariffs().ids
    return [
        words.say("answer.idle_price", name=path_name(mine.path, words))
        for mine in own_tariffs_of(alternative.run.manifest).tariffs
        if mine.id in known and not any(id == mine.id and day >= str(mine.since or "") for id, day in priced)
    ]


def answer_note(alternatives: tuple[Alternative, ...], words: Language) -> str:
    """What the two uncertainties are, or that only chance is shown; of one plan of the law, from when."""
    if not alternatives:
        return words.say("answer.note")
    drawn, begins = alternatives[0].assumptions, ""
    if len(alternatives) == 1:
        begins = _begins(alternatives[0], words)
    if drawn is None:
        return words.say("answer.note_chance") + begins
    counts = {"draws": words.number(drawn.draws), "drawn": words.number(drawn.drawn)}
    return words.say("answer.note_both", **counts) + begins


def _begins(alternative: Alternative, words: Language) -> str:
    """That own payments fall partly before a plan, and those of payers do not; empty where it is not so.

    A plan that looks at whole stays holds from the first day of the clock, so before them all.
    """
    run = alternative.run
    rules = run.scenario.get("rules") or {}
    dated = any(rules.get(path.removeprefix("rules.")) == plan.at for path, plan in PLANS if not plan.whole)
    since = rules.get("plans_from") if dated else None
    paid = alternative.differences.get("patient_payment_mean")
    if since is None or paid is None or not paid.difference or not tells(alternative, "patient_payment_mean"):
        return ""
    day, (first, last) = dt.date.fromisoformat(str(since)), run.counted
    if not first - dt.timedelta(days=LAST_YEAR_DAYS) < day < last:
        return ""
    return " " + words.say("answer.note_begins", day=words.date(day), period=period(run, words))


def _stated(change: Change, words: Language) -> dict[str, str]:
    """Amount, rounded, what stands behind it, and the key of the sentence on it.

    The key is sure or about, up or down; `nil` where it rounds to 0, and empty where nothing changes, in no
    replication and at no draw.
    """
    found, form, said = change.found, change.form(words), change.verdict
    way = f"{'sure' if said == 'sure' else 'about'}_{'up' if found.mean > 0 else 'down'}"
    return {
        "way": "" if said == "same" else way if change.moved else "nil",
        "amount": form.whole(abs(found.mean)) if change.moved else form.nothing(),
        "signed": form.whole(found.mean, signed=True),
        "bracket": bracket(change, form, words),
    }


def _now(found: Difference, alternative: Alternative, words: Language) -> str:
    """What a figure is in the base, in the digits that its chance with the policy leaves."""
    policy = alternative.run.kpis.get(found.name)
    half = (policy.high - policy.low) / 2 if policy is not None and policy.has_interval else 0.0
    return told_range(Estimate(found.base, found.base - half, found.base + half), found.unit, words)[0]


def _cost(alternative: Alternative, words: Language, scales: Scales) -> str | None:
    total = alternative.change("cost", **_CALENDAR)
    if total is None:
        return words.say("answer.cost.none")
    stated = _stated(total, words)
    if not stated["way"]:
        return None
    stated["size"] = words.say(f"size.{size(relative(total.found), scales.relative)}")
    told = words.say(f"answer.cost.{stated['way']}", **stated, period=period(alternative.run, words))
    parts = alternative.along("cost", "payer", **_CALENDAR)
    payer = largest({payer: each.found for payer, each in parts.items() if each.verdict != "open"})
    if payer is None or tells_payers(alternative):
        return told
    return told + words.say(
        f"answer.payer.{direction(parts[payer].found)}",
        payer=words.word("payer_in_sentence", payer),
        amount=_stated(parts[payer], words)["signed"],
    )


def _places(alternative: Alternative, words: Language, scales: Scales) -> str | None:
    name = "place_of_death"
    places = alternative.along(name, "setting")
    if places and all(change.verdict == "same" for change in places.values()):
        return None
    ways = {key: direction(change.found) for key, change in places.items()}
    tops = [largest({k: c.found for k, c in places.items() if ways[k] == way}) for way in ("up", "down")]
    if not any(tops):
        return words.say("answer.places.unclear")

    def told(top: str) -> str:
        stated = _stated(places[top], words)
        return words.say(
            f"answer.places.{stated['way']}",
            place=words.word("place_in_sentence", top),
            size=words.say(f"size.{size(places[top].found.mean, scales.points)}"),
            **stated,
        )

    shown = (top for top in tops if top and not is_covered(alternative, f"{name}:setting={top}"))
    return " ".join(map(told, shown))


def _wishes(alternative: Alternative, words: Language, _: Scales) -> str | None:
    """Wishes for the place of death met of all who died; nothing where the runs did not count them."""
    change = alternative.change("wishes_met")
    if change is None:
        return ""
    stated = _stated(change, words)
    if not stated["way"]:
        return None
    return words.say(f"answer.wishes.{stated['way']}", base=_now(change.found, alternative, words), **stated)


def _payment(alternative: Alternative, words: Language, scales: Scales) -> str | None:
    change = alternative.change("patient_payment_mean")
    if change is None:
        return words.say("answer.payment.none")
    stated = _stated(change, words)
    if not stated["way"]:
        return None
    stated["size"] = words.say(f"size.{size(relative(change.found), scales.relative)}")
    return words.say(f"answer.payment.{stated['way']}", base=_now(change.found, alternative, words), **stated)
