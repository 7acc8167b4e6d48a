"""What a bill says: sentences in English that keep their parts, so that a page can say them in Dutch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from sim.pricing.explain import euros

TEXTS: Final[Mapping[str, str]] = {
    "stand_in": "{what}: no price on that date; the price of {year} stands in",
    "fallback": "{what}: no legal amount on that date; that of {year} stands in",
    "form": "patient.wlz: {before} is {form} from {date}: {title} ({rule})",
    "inside": "{where}: wholly or in part inside another price, so no line: {title} ({rule})",
    "cut": "{where}: part of it is not declared: {title} ({rule})",
    "cut_days": "journey: part of the days is not declared: {title} ({rule})",
    "visit": "{where}: on {date} beside {product} opened {opened}, "
    "whose price holds visits of its own specialty",
    "no_day_contribution": "{where}: not given; counted as 0",
    "terminal": "{where}: begins or ends in the terminal phase, from {date}: {title} ({rule})",
    "attributed": "regeling_ptz: attributed at the maximum a client times a payout of "
    "{payout_share} (assumption), in equal parts in {years}, in which a client of {year} counts; "
    "it goes to the organisation",
    "attributed_none": "regeling_ptz: a client of {year} counts in {years}, when the scheme has lapsed; "
    "so the organisation earns nothing by it",
    "tariffs_changed": "tariffs/ has changed since the run; the amounts are those of today's tariffs",
    "program_changed": "the program has changed since the run; "
    "the declarations are computed and numbered anew",
    "partner": "of {owed_cents} that the couple owes together, in proportion to their incomes",
    "talks": "0.00 for the client: the {law} pays the centre",
    "talks_child": "a child has at most {most}",
    "talks_own": "{count} more that it does not pay",
    "advanced": "invoices of a provider without contract; the insurer pays its part back afterwards",
    "free_budget": "of the pgb of {year}, {held} days in {profile}: to spend without account",
    "fallen": "of {hours} hours a week under the Zvw, when the Wlz began on {date}",
    "main_contractor": "declares the care in the {setting} from {date}, which has no WTZa permit",
}
"""Sentences by key; a part that ends in `_cents` is money, in `_share` a share."""
DATES: Final = ("date", "opened")
"""Parts that are days."""

Part = str | int


class Remark(str):
    """A sentence in English, with its key and parts.

    Parameters
    ----------
    key : str
        One of `TEXTS`.
    **parts : str or int
        What fills its places: cents where the name ends in `_cents`, dates as YYYY-MM-DD.
    """

    __slots__ = ("key", "parts")
    key: str
    parts: dict[str, Part]

    def __new__(cls, key: str, **parts: Part) -> Self:
        """Fill the sentence."""
        told = {
            name: euros(part) if isinstance(part, int) and name.endswith("_cents") else part
            for name, part in parts.items()
        }
        made = super().__new__(cls, TEXTS[key].format(**told))
        made.key, made.parts = key, parts
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Part]]:
        """Key and parts, to copy or send it."""
        return (self.key,), self.parts
