"""What a scenario is about: the measures that its answer begins with, each in its own words."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.errors import ValueFault
from sim.scenario.numbers import Line, Model, Text

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
