"""What a scenario is about: the measures that its answer begins with, each in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from sim.errors import ValueFault
from sim.limits import MOST_SENTENCES
from sim.scenario.numbers import Line, Model, Text

CARRYING_OUT = "carrying_out"
_PAID_BY = {
    "zorgverzekeraar": ("de zorgverzekeraar", "the health insurer"),
    "zorgkantoor": ("het zorgkantoor", "the care office"),
    "gemeente": ("de gemeente", "the municipality"),
    "rijk": ("het rijk", "the state"),
    "aanbieder": ("de zorgaanbieder", "the care provider"),
}
CARRIERS = tuple(_PAID_BY)
"""Who may pay for carrying a policy out."""
Measures = Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]


class Whole(Model):
    """Whom or what a measure is of, or is shared over: a KPI of the base, and its word."""

    kpi: Line
    label: Text


class Headline(Model):
    """One sentence of the answer.

    Parameters
    ----------
    form : {"level", "change", "payers"}
        How many there are and will be; how much more or less; or who pays more and who less, of all costs.
    label : Text, optional
        What is measured, as a sentence begins; not for `payers`.
    kpi : tuple of str
        KPIs that are summed, each as `name` or `name:key=value,key=value`; a value `*` stands for all.
    of : Whole, optional
        Of a level: whom these are of, such as all who died.
    per : Whole, optional
        Of a change: for each of whom the amount is told too.
    """

    form: Literal["level", "change", "payers"]
    label: Text | None = None
    kpi: Measures | None = None
    of: Whole | None = None
    per: Whole | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.form == "payers") != (self.kpi is None) or (self.kpi is None) != (self.label is None):
            raise ValueFault("needs label and kpi for a level or a change, and neither for payers")
        if self.of is not None and self.form != "level":
            raise ValueFault("has 'of' with form {form}; only a level is of a whole", form=self.form)
        if self.per is not None and self.form != "change":
            raise ValueFault(
                "has 'per' with form {form}; only a change is shared over people", form=self.form
            )
        return self


def together(parts: Sequence[Sequence[Headline]]) -> tuple[Headline, ...]:
    """The headline of policies that hold at once: what each is about first, so the first sentence of each.

    An amount is shared over nobody there, since those whom one policy touches do not carry what others cost.
    """
    if len(parts) == 1:
        return tuple(parts[0])
    found: dict[tuple[str, tuple[str, ...]], Headline] = {}
    for first in (part[0] for part in parts if part):
        found.setdefault((first.form, first.kpi or ()), first.model_copy(update={"per": None}))
    return tuple(found.values())[:MOST_SENTENCES]


def with_carrying_out(data: dict[str, Any]) -> dict[str, Any]:
    """A scenario of JSON values whose headline tells what carrying it out costs, by payer if it did not.

    What it told of payers of before, in sentences made here, goes.
    """
    made = {payer: _paid_by(payer) for payer in _PAID_BY}
    headline = [item for item in data["headline"] if item not in made.values()]
    told = {kpi for item in headline for kpi in item["kpi"] or ()}
    untold = [
        made[payer]
        for payer in dict.fromkeys(line["payer"] for line in data[CARRYING_OUT])
        if told.isdisjoint((CARRYING_OUT, f"{CARRYING_OUT}:payer={payer}"))
    ]
    return data | {"headline": [*headline, *untold][:MOST_SENTENCES]}


def _paid_by(payer: str) -> dict[str, Any]:
    """The sentence, as JSON values, of what a payer pays to carry a policy out."""
    nl, en = _PAID_BY[payer]
    label = Text(
        nl=f"Uitvoering van het beleid, betaald door {nl}", en=f"Carrying out the policy, paid by {en}"
    )
    return Headline(form="change", label=label, kpi=(f"{CARRYING_OUT}:payer={payer}",)).model_dump(
        mode="json"
    )
