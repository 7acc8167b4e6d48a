"""The frozen models of other ways to pay: off in current practice, switched on by a scenario."""

from __future__ import annotations

from typing import Annotated, Literal

from sim.scenario.effects import RULE, SWITCH, Plan
from sim.scenario.numbers import (
    ByKey,
    EurosByGroup,
    EurosEach,
    Factor,
    FullDays,
    HospiceWord,
    Model,
    Probability,
    Share,
    SharesByWord,
    Words,
)
from sim.schema import Experiment

KEY_WORDS = ("ziekenhuis", "hospice", "elv", "wijkverpleging", "huisarts", "apotheek", "overig")
"""Kinds of provider between which a contract divides money."""
ProviderShares = Annotated[SharesByWord, Words(KEY_WORDS)]


class SharesByHospiceType(ByKey):
    """A probability per type of hospice; a type that is left out has 0."""

    value: dict[HospiceWord, Share]


class SharesByExperiment(ByKey):
    """A probability per experiment; an experiment that is left out has 0."""

    value: dict[Experiment, Share]


class TwoFunctions(Model):
    """Hospices paid by function: formal care as eerstelijnsverblijf, informal care with municipal money."""

    applies: Annotated[bool, RULE, SWITCH, Plan("gupta", at=True, whole=True)]
    formal: Annotated[SharesByHospiceType, RULE]
    municipal_share: Annotated[Probability, RULE]


class Bundle(Model):
    """One price a patient and phase in place of the declarations inside it, shared by kind of provider."""

    applies: Annotated[bool, RULE, SWITCH, Plan("bundel", at=True, whole=True)]
    price_factor: Annotated[Factor, RULE]
    key: Annotated[ProviderShares, RULE]


class SharedSavings(Model):
    """Providers together get part of what care costs below a benchmark, and pay part of what it is above."""

    applies: Annotated[bool, RULE, SWITCH, Plan("gedeelde_besparing", at=True, whole=True)]
    benchmark_eur: Annotated[EurosByGroup, RULE]
    savings: Annotated[Probability, RULE]
    losses: Annotated[Probability, RULE]


class Experiments(Model):
    """The three experiments: who falls under a contract with one price a patient."""

    applies: Annotated[bool, RULE, SWITCH, Plan("experimenten", at=True, whole=True)]
    share: Annotated[SharesByExperiment, RULE]
    acute_days: Annotated[FullDays, RULE]
    price_factor: Annotated[Factor, RULE]


class OwnBudget(Model):
    """A budget of the patient's own that pays care at home first, in order of date."""

    applies: Annotated[bool, RULE, SWITCH, Plan("persoonsvolgend", at=True, whole=True)]
    amount_eur: Annotated[EurosEach, RULE]
    payer: Annotated[Literal["zorgkantoor", "zorgverzekeraar", "gemeente", "rijk"], RULE]


class Payment(Model):
    """Other ways to pay."""

    two_functions: TwoFunctions
    bundle: Bundle
    shared_savings: SharedSavings
    experiments: Experiments
    own_budget: OwnBudget

    @property
    def over_patients(self) -> bool:
        """Whether a way applies under which what one patient brings hangs on the patients beside it."""
        return any(way.applies for way in (self.bundle, self.experiments, self.shared_savings))
