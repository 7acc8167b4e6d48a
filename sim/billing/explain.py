"""Why each euro: a patient's declarations opened into tariff, rule, article and shares, with his timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from sim.catalogue import TariffBook, TariffValue
from sim.dates import EPOCH, date_of
from sim.errors import InputError
from sim.law.registry import Rule, RuleSet
from sim.ledger.remarks import AS_IT_IS, Wording, euros
from sim.schema import ITEMS, NEVER, Table, covers
from sim.units import Ints

BY_MONTH = ("wlz_eigen_bijdrage", "wmo_eigen_bijdrage")
_BY_YEAR = ("eigen_risico", "eigen_risico_teruggave", "gvs_bijbetaling", "zittend_vervoer")
IN_ALL = ("bth_dagbijdrage", "niet_gecontracteerd", "overig")
ITEM_ORDER = ITEMS[1:]
PACKAGE_DAY, VV10_DAY = "wlz.vpt", ".vv10"
BEHIND_VV10 = {False: ("V2",), True: ("V2", "T7/meer_dan_profiel")}
"""Whether a day is of a vpt -> rules behind VV10 in place of the profile."""


@dataclass(frozen=True)
class Share:
    """Part of a declaration: who pays it, as which own payment, by which rule."""

    payer: str
    item: str
    cents: int
    rule: str


@dataclass(frozen=True)
class Line:
    """One declaration with all that is behind it."""

    id: int
    stay_no: int  # -1 for none, as that of the spell
    spell_no: int
    product: str
    title: str
    law: str
    date: dt.date  # first day
    quantity: Fraction  # in units of the product
    unit: str
    gross_cents: int
    tariff: TariffValue | None  # None for an invoice and for what has no tariff
    shares: tuple[Share, ...]  # sum to `gross_cents`
    rules: tuple[Rule, ...]  # the rule that lets it be declared first, then those of the shares
    year: int  # calendar year for the eigen risico
    stand_in: bool  # whether the tariff is that of the basis year because the date has none
    nza_code: str | None = None  # code of the product at the NZa

    @property
    def assumption(self) -> bool:
        """Whether its price is an assumption."""
        return self.stand_in or (self.tariff is not None and self.tariff.assumption)

    @property
    def by_payer(self) -> dict[str, int]:
        """Cents by payer."""
        out: dict[str, int] = {}
        for share in self.shares:
            out[share.payer] = out.get(share.payer, 0) + share.cents
        return out

    @property
    def sources(self) -> tuple[str, ...]:
        """Source ids of tariff and rules, each once."""
        own = [] if self.tariff is None else [self.tariff.source, *self.tariff.also]
        return tuple(dict.fromkeys(filter(None, [*own, *(r.source for r in self.rules)])))

    def as_json(self, words: Wording = AS_IT_IS) -> dict[str, Any]:
        """The declaration in the short form of a bill."""
        return {
            "id": self.id,
            "product": self.product,
            "nza_code": self.nza_code,
            "title": words.name(self.title),
            "law": self.law,
            "date": self.date.isoformat(),
            "quantity": quantity_text(self.quantity),
            "unit": self.unit,
            "tariff_eur": None if self.tariff is None else str(self.tariff.amount),
            "gross_eur": euros(self.gross_cents),
            "shares": {payer: euros(cents) for payer, cents in self.by_payer.items()},
            "rules": [r.key for r in self.rules],
            "sources": list(self.sources),
            "assumption": self.assumption,
        }

    def opened(self, book: TariffBook, words: Wording = AS_IT_IS) -> dict[str, Any]:
        """The declaration opened: tariff row with its source, rules with their articles, shares."""
        sources = book.sources()
        tariff = None
        if self.tariff is not None:
            t = self.tariff
            source = sources.get(t.source)
            tariff = {
                "row": t.row,
                "eur": str(t.amount),
                "unit": self.unit,
                "from": t.valid_from.isoformat(),
                "to": t.valid_to.isoformat(),
                "kind": t.kind,
                "source": t.source or None,
                "source_title": source.title if source else None,
                "url": source.url if source else None,
                "reason": None if t.reason is None else words.name(t.reason),
                "stand_in": self.stand_in,
            }
        return {
            **self.as_json(words),
            "tariff": tariff,
            "rules": [
                {
                    "id": r.key,
                    "title": words.rule(r.title),
                    "law": r.law,
                    "article": r.article,
                    "source": r.source,
                    "source_title": sources[r.source].title if r.source in sources else "",
                }
                for r in self.rules
            ],
            "shares": [
                {"payer": s.payer, "item": s.item, "eur": euros(s.cents), "rule": s.rule} for s in self.shares
            ],
        }


@dataclass(frozen=True)
class Lost:
    """Care that nobody may bill: product, reason, cents at its price."""

    product: str
    title: str
    reason: str
    cents: int

    def as_json(self) -> dict[str, str]:
        """Product, reason and amount."""
        return {"product": self.product, "reason": self.reason, "amount_eur": euros(self.cents)}


def quantity_text(quantity: Fraction) -> str:
    """A quantity: whole where it is, else with up to four decimals."""
    if quantity.denominator == 1:
        return str(quantity.numerator)
    text = f"{Decimal(quantity.numerator) / Decimal(quantity.denominator):.4f}"
    return text.rstrip("0").rstrip(".")


def lines_of(
    declarations: Table,
    shares: Table,
    years: Ints,
    book: TariffBook,
    rules: RuleSet,
    dated: bool = True,
) -> tuple[Line, ...]:
    """Declarations of one patient opened, in the order of the table.

    Years (int64 array) are those for the eigen risico, one a declaration. Prices are `dated` where they are
    those of their own date; in a run one year's prices hold for all dates.
    """
    by_line: dict[int, list[Share]] = {}
    for row in shares.records():
        if row["cents"]:
            share = Share(row["payer"], row["item"], row["cents"], row["rule"])
            by_line.setdefault(row["declaration_id"], []).append(share)
    out = []
    for row, year in zip(declarations.records(), years.tolist(), strict=True):
        product = book.product(row["product"])
        date = EPOCH + dt.timedelta(days=row["date"])
        tariff = book.used([row["tariff_row"]])[0] if row["tariff_row"] else None
        parts = tuple(by_line.get(row["declaration_id"], ()))
        of_vv10 = BEHIND_VV10[covers(PACKAGE_DAY, product.id)] if product.id.endswith(VV10_DAY) else ()
        keys = (*dict.fromkeys([row["rule"], *(s.rule for s in parts)]), *of_vv10)
        out.append(
            Line(
                id=row["declaration_id"] + 1,
                stay_no=row["stay_no"],
                spell_no=row["spell_no"],
                product=product.id,
                title=product.title,
                law=row["law"],
                date=date,
                quantity=Fraction(row["quantity"], product.step_per_unit),
                unit=product.unit,
                gross_cents=row["gross_cents"],
                tariff=tariff,
                shares=parts,
                rules=tuple(r for key in keys if (r := _rule(rules, key, date)) is not None),
                year=year,
                stand_in=dated and tariff is not None and not tariff.valid_from <= date < tariff.valid_to,
                nza_code=product.nza_code,
            )
        )
    return tuple(out)


def _rule(rules: RuleSet, key: str, date: dt.date) -> Rule | None:
    """The version of a rule on a date; for a date before all of them the first."""
    return rules.at(key, date) or next((r for r in rules.rules if r.key == key), None)


def lost_of(unfunded: Table, book: TariffBook) -> tuple[Lost, ...]:
    """Unfunded care of one patient."""
    return tuple(
        Lost(row["product"], book.product(row["product"]).title, row["reason"], row["cents"])
        for row in unfunded.records()
    )


def items_of(lines: Iterable[Line]) -> dict[str, dict[str, int] | int]:
    """What the patient pays, by item: by year, by month, or in all (cents); only items with a payment."""
    out: dict[str, dict[str, int] | int] = {}
    for name in ITEM_ORDER:
        split: dict[str, int] = {}
        for line in lines:
            for share in line.shares:
                if share.payer != "patient" or (share.item or "overig") != name:
                    continue
                key = ""
                if name in BY_MONTH:
                    key = f"{line.date:%Y-%m}"
                elif name in _BY_YEAR:
                    key = str(line.year if name == "eigen_risico" else line.date.year)
                split[key] = split.get(key, 0) + share.cents
        if split:
            out[name] = split[""] if name in IN_ALL else dict(sorted(split.items()))
    return out


def items_json(items: Mapping[str, dict[str, int] | int]) -> dict[str, Any]:
    """Items with amounts as text."""
    return {
        name: euros(value) if isinstance(value, int) else {key: euros(cents) for key, cents in value.items()}
        for name, value in items.items()
    }


def one_patient(tables: Mapping[str, Table], patient_id: int) -> dict[str, Table]:
    """The rows of one patient in every table that has a column `patient_id`.

    Raises InputError when no row of `patients` has the id; names the first ids that there are.
    """
    known = tables["patients"]["patient_id"]
    if not np.any(known == patient_id):
        raise InputError(
            "patient {patient_id}: not in this run; there are {count}, {known} and on",
            patient_id=patient_id,
            count=len(known),
            known=[int(i) for i in known[:2]],
        )
    return {
        name: rows.where(rows["patient_id"] == patient_id)
        for name, rows in tables.items()
        if "patient_id" in rows.columns
    }


def timeline(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """What happened to a patient, in order of time: events stay, wlz and refusal, their dates as text."""
    events: list[tuple[int, dict[str, Any]]] = []
    for row in tables["stays"].records():
        told = {
            "event": "stay",
            "stay_no": row["stay_no"],
            "setting": row["setting"],
            "site": row["site"],
            "from": _day(row["start_minute"]),
            "to": _day(row["end_minute"]),
            "wlz_form": row["wlz_form"],
            "requested": None if row["requested_minute"] == NEVER else _day(row["requested_minute"]),
            "exit": row["exit_reason"],
            "next": row["next_setting"],
        }
        events.append((row["start_minute"], told))
    for row in tables["wlz_periods"].records():
        told = {"event": "wlz", "form": row["form"], "profile": row["profile"]}
        told |= {"from": _day(row["start_minute"]), "to": _day(row["end_minute"])}
        events.append((row["start_minute"], told))
    for row in tables["refusals"].records() if "refusals" in tables else ():
        day = _day(row["minute"])
        told = {
            "event": "refusal",
            "setting": row["setting"],
            "from": day,
            "to": day,
            "reason": row["reason"],
        }
        events.append((row["minute"], told))
    return [event for _, event in sorted(events, key=lambda e: e[0])]


def _day(minute: int) -> str:
    return date_of(minute).isoformat()
