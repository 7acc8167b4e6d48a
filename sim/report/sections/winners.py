"""Who wins and who loses: the same people in both arms, and what kinds of providers declare."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.measure.estimates import Estimate, difference_of
from sim.measure.indicators import PAYMENT_LEVELS
from sim.report import style
from sim.report.language import Language
from sim.report.page import Block, Prose, Section, TableView, difference_cell, on_screen, row, told_table
from sim.report.results import Alternative, Result
from sim.report.rounding import Change, rounded, row_form, step_of
from sim.stats import Interval
from sim.studies.winners import Moved, Winners
from sim.units import CENTS_PER_EURO

_WORDS = {"wlz": "with_wlz"}
"""Where words of groups stand that are told apart by this, if not under its own name."""


def section(alternatives: Sequence[Alternative], words: Language) -> Section | None:
    """Who pays more and less by group, how much, and what each kind of provider earns more or less.

    None without alternatives; one line where the runs do not keep what each person pays.
    """
    blocks: list[Block] = []
    for alternative in alternatives:
        if alternative.winners is not None:
            blocks += _blocks(alternative, alternative.winners, words)
        elif alternative.read_winners is not None:
            blocks.append(Prose(words.say("winners.not_kept")))
    return Section("winners", words.say("section.winners"), tuple(dict.fromkeys(blocks))) if blocks else None


def told_with(
    answers: tuple[tuple[str, tuple[str, ...]], ...], result: Result, words: Language
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The answer, with who pays more and less after it."""
    if not result.alternatives:
        return answers
    return tuple(
        (title, (*told, *sentences(alternative, words)[:1]))
        for (title, told), alternative in zip(answers, result.alternatives, strict=True)
    )


def sentences(alternative: Alternative, words: Language) -> list[str]:
    """How many people pay more, less and the same themselves, and among whom most; empty where not known."""
    found = alternative.winners
    if found is None:
        return []
    everyone = found.everyone
    if not len(everyone.changes):
        return [words.say("winners.nobody")]
    shares = {way: _share(share, words) for way, share in everyone.shares.items()}
    told = [words.say("winners.shares", **shares)]
    for sign, key in ((1, "more"), (-1, "less")):
        mean = everyone.mean_change(sign)
        if mean.n:
            amount = _euros(mean, words).lstrip("+−\u2060")
            told.append(words.say(f"winners.{key}", amount=amount, most=_most(found, sign, words)))
    return told


def _most(found: Winners, sign: int, words: Language) -> str:
    """The groups in which a larger share pays more (or less) than among all, the largest first."""

    def share(group: Moved) -> float:
        part = group.more if sign > 0 else group.less
        return float(part.sum() / group.people.sum())

    over = [g for g in found.groups[1:] if share(g) > share(found.everyone) * style.CLEARLY_MORE]
    over.sort(key=share, reverse=True)
    named = [
        words.say(
            "winners.group",
            # diseases are written as they are
            name=name_of(group, words) if group.dimension == "group" else words.word("people", group.word),
            share=_share(group.share_more if sign > 0 else group.share_less, words),
        )
        for group in over[: style.GROUPS_NAMED]
    ]
    return words.say("winners.most", groups=words.listing(named)) if named else ""


def name_of(group: Moved, words: Language) -> str:
    """A group of people in words, as a row begins with them."""
    if not group.dimension:
        return words.say("person.all")
    return words.word(_WORDS.get(group.dimension, group.dimension), group.word)


def _share(found: Interval, words: Language) -> str:
    """A share, in the digits that chance allows and one at least, so that some are never none."""
    step = _step(found)
    if 0 < found.mean < style.LEAST_SHARE:
        return words.say("winners.below", share=words.percent(style.LEAST_SHARE, style.SHARE_DIGITS))
    whole = step >= style.WHOLE_PERCENT or not found.mean
    return words.percent(rounded(found.mean, step), 0 if whole else style.SHARE_DIGITS)


def _step(found: Interval) -> float:
    """To what a number is rounded: two digits of its chance, yet its own first digit stays.

    Where chance is not known, a share is told in whole percents and an amount in cents.
    """
    half = (found.high - found.low) / 2
    own = style.TEN ** math.floor(math.log10(abs(found.mean))) if found.mean else 0.0
    return min(step_of(half) if math.isfinite(half) else style.WHOLE_PERCENT, own)


def _blocks(alternative: Alternative, found: Winners, words: Language) -> list[Block]:
    title = alternative.run.title(words)
    told: list[Block] = [Prose(" ".join(sentences(alternative, words)))]
    if len(found.everyone.changes):
        told += [_groups(title, found, words), *on_screen([_quantiles(title, found, words)])]
    if found.unpaired:
        told.append(Prose(words.say("winners.unpaired", count=words.number(found.unpaired))))
    return [*told, *_providers(title, found, words)]


def _groups(title: str, found: Winners, words: Language) -> TableView:
    names = ("group", "pays_more", "pays_less", "pays_same", "mean_more", "mean_less")
    rows = [
        row(
            name_of(group, words),
            *(_share(each, words) for each in group.shares.values()),
            *(_euros(group.mean_change(sign), words) for sign in (1, -1)),
            total=not group.dimension,
        )
        for group in found.groups
    ]
    return told_table("table.winners", words.each("column", *names), rows, words, title=title)


def _quantiles(title: str, found: Winners, words: Language) -> TableView:
    """The change over all people of a group, at some quantiles."""

    def euros(cents: float) -> str:
        return words.euro(round(cents / CENTS_PER_EURO), 0, signed=True)

    head = [words.say("column.group"), *(words.percent(level, 0) for level in PAYMENT_LEVELS)]
    rows = [
        row(name_of(group, words), *(euros(group.quantile(level)) for level in PAYMENT_LEVELS))
        for group in found.groups
    ]
    return told_table("table.winner_levels", head, rows, words, title=title)


def _euros(cents: Interval, words: Language) -> str:
    if not cents.n:
        return words.none
    return words.euro(rounded(cents.mean, _step(cents)) / CENTS_PER_EURO, 0, True)


def _providers(title: str, winners: Winners, words: Language) -> list[Block]:
    """What kinds of providers declare now and then; those that nothing changes for left out."""
    rows = []
    for kind, (base, alt) in winners.providers.items():
        if not (base != alt).any():
            continue
        found = difference_of(base / CENTS_PER_EURO, alt / CENTS_PER_EURO, "eur")
        now, change = Estimate(found.base, math.nan, math.nan, found.n, "eur"), Change(found)
        form = row_form("eur", [now], [change], words)
        cell, chance, _ = difference_cell(change, form, words)
        if change.moved:
            before = form.change(change).whole(found.base)
            rows.append((abs(found.mean), row(words.word("provider", kind), before, cell, chance)))
    if not rows:
        return []
    rows.sort(key=lambda each: -each[0])
    head = [words.say("dimension.provider"), *words.each("column", "before", "difference", "chance")]
    return [told_table("table.earned", head, (made for _, made in rows), words, title=title)]
