"""What every shipped policy must do: which cause moves, which effect follows and how far, what stays still.

Every bound is a hand calculation; `why` says which. The region is a quarter of Middenland with 6 hospice
beds, one replication of about 765 deaths in the counted year, on the same random numbers for base and policy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

import sim
from sim.cohort import cohort_draws
from sim.journey.needs import Needs, sample_needs
from sim.scenario import LoadedScenario, regions_of
from sim.store import decode, table_path

JOURNEY = ("patients", "wlz_periods", "stays", "spells", "refusals", "meters")
PLACES = ("patients", "wlz_periods", "stays", "refusals", "meters")
LEDGER = (*JOURNEY, "declarations")
ALL = (*LEDGER, "shares", "unfunded")


@dataclass(frozen=True)
class World:
    """A run with all its tables, and the needs of its patients."""

    loaded: LoadedScenario
    run: sim.RunResult

    def kpi(self, name: str, **dimension: str) -> float:
        """Value of a KPI; 0 for a part that the run does not have."""
        rows = [k for k in self.run.estimates if k.name == name and k.dimension == dimension]
        return float(rows[0].mean) if rows else 0.0

    @cached_property
    def needs(self) -> Needs:
        """Needs of the patients, sampled again."""
        scenario, (region,) = self.loaded.scenario, regions_of(self.loaded.area)
        draws, _, _ = cohort_draws(scenario, region, 1, 0)
        path = self.run.folder / table_path("patients", 0, region.id)
        return sample_needs(decode("patients", path.read_bytes()), draws, scenario, region)

    def table(self, name: str) -> pd.DataFrame:
        """One table as pandas."""
        return self.run.stored[name]

    def spells(self, product: str) -> pd.DataFrame:
        """Spells of products that begin with a word."""
        spells = self.table("spells")
        return spells[spells["product"].astype(str).str.startswith(product)]

    def gross(self, product: str) -> float:
        """Euros of the declarations of products that begin with a word."""
        lines = self.table("declarations")
        return (
            float(lines.loc[lines["product"].astype(str).str.startswith(product), "gross_cents"].sum()) / 100
        )

    def paid(self, payer: str, item: str | None = None) -> float:
        """Euros that a payer bears, of one item of the patient where given."""
        shares = self.table("shares")
        mine = shares["payer"].astype(str) == payer
        if item is not None:
            mine &= shares["item"].astype(str) == item
        return float(shares.loc[mine, "cents"].sum()) / 100

    def days_marked(self) -> float:
        """Median days between marking and death, of who is marked."""
        patients = self.table("patients")
        marked = patients["marked_minute"].notna() & (patients["marked_minute"] > 0)
        days = (patients["death_minute"] - patients["marked_minute"])[marked] / (24 * 60)
        return float(days.median())


Measure = Callable[[World], float]


@dataclass(frozen=True)
class Move:
    """How far something moves, policy less base: a difference, or a ratio where `times` is set."""

    what: str
    of: Measure
    low: float
    high: float
    times: bool = False

    def between(self, base: World, policy: World) -> float:
        """The difference or ratio."""
        before, after = self.of(base), self.of(policy)
        return after / before if self.times else after - before


@dataclass(frozen=True)
class Policy:
    """One shipped scenario.

    Parameters
    ----------
    why : str
        Which direction and order of magnitude are expected, and why.
    causes, effects : tuple of Move
    still : tuple of str
        Tables that keep every byte.
    cut : mapping of path to value
        Settings that break the link between cause and effect; laid over the base too when `of_base`.
    cut_still : tuple of str
        Tables that then keep every byte of the base.
    """

    why: str
    causes: tuple[Move, ...]
    effects: tuple[Move, ...] = ()
    still: tuple[str, ...] = ()
    cut: Mapping[str, Any] = field(default_factory=dict)
    cut_still: tuple[str, ...] = PLACES
    of_base: bool = False


def _kpi(name: str, **dimension: str) -> Measure:
    return lambda world: world.kpi(name, **dimension)


def _died(setting: str) -> Measure:
    return _kpi("place_of_death", setting=setting)


def _cost(**dimension: str) -> Measure:
    return _kpi("cost", view="calendar", **dimension)


def _count(product: str) -> Measure:
    return lambda world: float(len(world.spells(product)))


def _gross(product: str) -> Measure:
    return lambda world: world.gross(product)


def _paid(payer: str, item: str | None = None) -> Measure:
    return lambda world: world.paid(payer, item)


def _from_now(item: str) -> tuple[Move, ...]:
    """What the patients pay more of an item, others pay less: the whole stays."""
    return (
        Move("all shares together", lambda w: float(w.table("shares")["cents"].sum()), 0.0, 0.0),
        Move(f"other items than {item}", lambda w: w.paid("patient") - w.paid("patient", item), -0.01, 0.01),
    )


def _home_form(form: str) -> Measure:
    def share(world: World) -> float:
        patients = world.table("patients")
        forms = patients.loc[patients["wlz_home_form"].astype(str) != "geen", "wlz_home_form"].astype(str)
        return float((forms == form).mean())

    return share


def _lines_of_nothing(world: World) -> float:
    return float((world.table("declarations")["gross_cents"] == 0).sum())


def _gain(of: Callable[[list[float]], float]) -> Measure:
    """Sum, highest or lowest of what kinds of providers get beside or in place of their declarations."""

    def gain(world: World) -> float:
        rows = [
            k.mean
            for k in world.run.estimates
            if k.name == "provider_gain" and set(k.dimension) == {"provider"}
        ]
        return of(rows) if rows else 0.0

    return gain


def _nursing_home_days(world: World) -> float:
    return world.kpi("days_in_setting", setting="verpleeghuis")


SETTLED = "zvw.verrekening.gedeelde_besparing"
BLUNT = {"hospital.pzp_admission_factor.value": 1.0, "hospital.known_preference_factor.value": 1.0}

POLICIES: dict[str, Policy] = {
    "azwa_omzetplafond": Policy(
        why=(
            "With chance 0 no ceiling touches anyone: the count falls to exactly 0. In the base a few"
            " of 765 are touched late in the year, a quarter of them refused, so places of death move"
            " by less than 2 points. Hours do not move: the share whose hours are compared is 0."
        ),
        causes=(Move("touched by a ceiling", _kpi("ceiling_patients_affected"), -60, -1),),
        effects=(
            Move("still touched", lambda w: w.kpi("ceiling_patients_affected"), -60, -1),
            Move("own cost above a ceiling", _kpi("unfunded", reason="doorlevering_boven_plafond"), -1e6, 0),
            Move("home deaths", _died("thuis"), -0.02, 0.02),
        ),
        still=("patients",),
    ),
    "azwa_pzp": Policy(
        why=(
            "Hospital plans double: the weighted share of 0.41 x 0.15 + 0.24 x 0.08 + ... = 0.114 "
            "becomes 0.227. GPs plan with a quarter. So 0.31 more people have a plan; each of their "
            "later admissions happens with 0.75, which is 0.31 x 0.25 = 8% fewer: of 0.32 admitted in"
            " the last 30 days at most 0.03. Without the effect of a plan nobody's stay moves."
        ),
        causes=(
            Move("plans in hospital", lambda w: float(w.table("patients")["pzp"].mean()), 0.08, 0.15),
            Move("median days marked", lambda w: w.days_marked(), 10, 200),
            Move("plans by the GP", _count("zvw.huisarts.pzp"), 50, 600),
        ),
        effects=(
            Move("admitted in the last 30 days", _kpi("admitted_last_30"), -0.05, -0.003),
            Move("hospital deaths", _died("ziekenhuis"), -0.04, 0.0),
        ),
        cut=BLUNT,
        cut_still=("stays", "refusals", "wlz_periods", "meters"),
        of_base=True,
    ),
    "azwa_scholing": Policy(
        why=(
            "Odds 1.5 times the root of 3.16 make a known wish 0.73 in place of 0.60. Half of the "
            "association counts: with a factor of 0.35 on a known wish, rates in the last week become "
            "(0.715 x 0.35 + 0.285) / (0.652 x 0.35 + 0.348) = 0.93 of what they were, so of 0.18 "
            "hospital deaths about 0.01. Where a known wish has no effect nobody's stay moves."
        ),
        causes=(
            Move("wish known", lambda w: float(w.table("patients")["preference_known"].mean()), 0.10, 0.16),
        ),
        effects=(Move("hospital deaths", _died("ziekenhuis"), -0.04, 0.0),),
        cut=BLUNT,
        cut_still=("stays", "refusals", "wlz_periods", "meters", "spells"),
        of_base=True,
    ),
    "azwa_volledig": Policy(
        why=(
            "The three causes of its parts at once; hospital deaths fall by about the sum of their "
            "effects, 0.02."
        ),
        causes=(
            Move("touched by a ceiling", _kpi("ceiling_patients_affected"), -60, -1),
            Move("plans in hospital", lambda w: float(w.table("patients")["pzp"].mean()), 0.08, 0.15),
            Move("wish known", lambda w: float(w.table("patients")["preference_known"].mean()), 0.10, 0.16),
        ),
        effects=(
            Move("hospital deaths", _died("ziekenhuis"), -0.06, 0.0),
            Move("home deaths", _died("thuis"), 0.0, 0.06),
        ),
    ),
    "extra_hospicebedden": Policy(
        why=(
            "Four beds more on six: occupancy falls to 0.6 of what it was if nobody else came; the "
            "17% refused come too, so to 0.6-0.85. Erlang B of 5.4 erlang: 27% lost with 6 beds, 3% "
            "with 10."
        ),
        causes=(Move("occupancy", _kpi("hospice_occupancy"), 0.55, 0.85, times=True),),
        effects=(
            Move("refused", _kpi("hospice_refused"), -0.35, -0.05),
            Move("stays in a hospice", _kpi("hospice_stays"), 1, 40),
            Move("mean wait", _kpi("wait_days_mean"), -2, -0.01),
        ),
        still=("patients",),
    ),
    "acuut_hospicebed": Policy(
        why=(
            "One bed kept free takes a fifth of the acute admissions from home in the last 60 days as"
            " long as it is free: at most 365 / 5 = 73 a year. Each is one admission less. With no "
            "suitable admission the bed stays empty and nobody's stay moves."
        ),
        causes=(
            Move("suitable admissions", lambda w: float(w.needs.admissions.acute_bed.mean()), 0.14, 0.20),
        ),
        effects=(
            Move("stays in a hospice", _kpi("hospice_stays"), 3, 73),
            Move("admitted in the last 30 days", _kpi("admitted_last_30"), -0.08, -0.001),
            Move("emergency visits", _kpi("ed_last_30"), -0.08, -0.001),
        ),
        still=("patients",),
        cut={"hospice.acute_instead.value": 0.0},
        cut_still=JOURNEY,
    ),
    "bth_dagprijs_lager": Policy(
        why=(
            "The day price of guests falls by 15%, exactly but for rounding to cents; the insurer "
            "pays as much less. The ceiling holds the day price, so a stay could move only where it "
            "binds."
        ),
        causes=(
            Move("euros of guest days", _gross("zvw.wijkverpleging.bth_dag"), 0.8499, 0.8501, times=True),
            Move("hours that guests get less", lambda w: w.kpi("guest_hours_less"), 1, 1e6),
        ),
        effects=(
            Move("insurer", _paid("zorgverzekeraar"), -1e6, -100),
            Move("patients", _paid("patient"), 0.0, 0.0),
        ),
        still=("patients", "stays", "spells", "refusals", "wlz_periods"),
    ),
    "wijkverpleging_schaars": Policy(
        why=(
            "Of some 765 people a third die at home and 80% of these ask for terminal care: 200. A quarter "
            "of who asks when all hours are in use waits: at most 50, and somebody. A wait of 2 days at 14 "
            "hours a week is 4 hours, some 320 euros: with a second wait at most 50,000 euros less. Who "
            "waits stays at home."
        ),
        causes=(Move("people who wait for hours", _kpi("nurses_waited"), 1, 50),),
        effects=(Move("insurer", _paid("zorgverzekeraar"), -50_000, 0),),
        still=("patients", "wlz_periods", "stays"),
    ),
    "regionale_coordinatie": Policy(
        why=(
            "Of those who take one type only (15%) two thirds come to take another: 95% accept. More "
            "of the six beds can serve each, and waiting lasts a quarter longer, so refusals fall by "
            "some points, never by more than the 17% there are; one year of some 230 requests leaves a "
            "chance of up to two points the other way."
        ),
        causes=(
            Move("accepts another type", lambda w: float((w.needs.hospice_choice >= 3).mean()), 0.07, 0.13),
            Move("patience", lambda w: float(w.needs.patience_minutes.mean()), 1.24, 1.26, times=True),
        ),
        effects=(Move("refused", _kpi("hospice_refused"), -0.17, 0.02),),
        still=("patients",),
    ),
    "wens_thuis": Policy(
        why=(
            "Everyone's wish is known in place of 0.60. Half of the association counts: with a factor of 0.35"
            " on a known wish rates in the last week become (0.805 x 0.35 + 0.195) / (0.652 x 0.35 + 0.348) ="
            " 0.83 of what they were, so of 0.18 hospital deaths some 0.03. Who asked no care at home, 20%, "
            "asks it."
        ),
        causes=(
            Move("wish known", lambda w: float(w.table("patients")["preference_known"].mean()), 0.36, 0.44),
            Move("touched by a ceiling", _kpi("ceiling_patients_affected"), -60, -1),
        ),
        effects=(
            Move("hospital deaths", _died("ziekenhuis"), -0.08, 0.0),
            Move("wish met, of all", _kpi("wishes_met"), 0.0, 0.08),
        ),
    ),
    "tapas_landelijk": Policy(
        why=(
            "Every adult is reached. Product 1 for each, 2a for 0.3, 2b and 3 for 0.1 each, for those"
            " who are not in a nursing home. Admissions after that happen with 0.975: of 0.32 "
            "admitted in the last 30 days less than 0.02. Without that effect nobody's stay moves."
        ),
        causes=(
            Move("reached", lambda w: float((w.needs.transmural_minute > 0).mean()), 0.97, 1.0),
            Move("consultations by phone", _count("zvw.tapas.2a"), 100, 800),
        ),
        effects=(
            Move("admitted in the last 30 days", _kpi("admitted_last_30"), -0.02, 0.0),
            Move("euros of the products", _gross("zvw.tapas"), 100_000, 1_000_000),
        ),
        still=("patients",),
        cut={"transmural.admission_factor.value": 1.0},
    ),
    "gupta_twee_functies": Policy(
        why=(
            "Function 1 knows no day contribution, function 2 has it paid by the municipality in full: "
            "what guests pay for a day falls to exactly 0, and with it what supplementary cover and "
            "hospice funds pay. The municipality pays some 45 euros for a day of guests of function 2. "
            "Journeys do not change."
        ),
        causes=(Move("day contribution", _paid("patient", "bth_dagbijdrage"), 0.0, 0.0, times=True),),
        effects=(
            Move("municipality", _paid("gemeente"), 1_000, 500_000),
            Move("supplementary cover", _paid("aanvullend"), 0.0, 0.0, times=True),
            Move("Wlz contribution", _paid("patient", "wlz_eigen_bijdrage"), 0.0, 0.0),
        ),
        still=JOURNEY,
    ),
    "bundelbekostiging": Policy(
        why=(
            "Declarations inside the bundle stay as lines of 0 euros. The price is the mean of what it "
            "replaces, so Zvw euros together move by some per cent only, and the gains of providers "
            "are of both signs. Journeys and the Wlz do not change."
        ),
        causes=(Move("lines of 0 euros", _lines_of_nothing, 1_000, 500_000),),
        effects=(
            Move("Zvw euros", _cost(law="Zvw"), 0.95, 1.05, times=True),
            Move("highest gain of a kind of provider", _gain(max), 1, 1e7),
            Move("lowest gain of a kind of provider", _gain(min), -1e7, -1),
            Move("Wlz contribution", _paid("patient", "wlz_eigen_bijdrage"), 0.0, 0.0),
        ),
        still=JOURNEY,
    ),
    "experimenten_a3": Policy(
        why=(
            "A price a patient takes the place of what it holds, as lines of 0 euros, for 2% of those with "
            "cancer, 15% of COPD and a tenth of admissions within a day: of some 1,500 people less than 100. "
            "Journeys and the Wlz do not change."
        ),
        causes=(Move("lines of 0 euros", _lines_of_nothing, 1, 100_000),),
        effects=(
            Move("Zvw euros", _cost(law="Zvw"), 0.97, 1.03, times=True),
            Move("Wlz contribution", _paid("patient", "wlz_eigen_bijdrage"), 0.0, 0.0),
        ),
        still=JOURNEY,
    ),
    "shared_savings": Policy(
        why=(
            "Providers get half of what a year's care costs below the benchmark of 7,700 to 25,900 euros a "
            "person, or pay half of what it costs above: for some 1,500 deaths less than half of 25,900 "
            "each, either way. What they get the insurer pays. Journeys do not change."
        ),
        causes=(Move("payment to providers, either way", lambda w: abs(w.gross(SETTLED)), 1, 19_400_000),),
        effects=(
            Move("insurer without it", lambda w: w.paid("zorgverzekeraar") - w.gross(SETTLED), -0.001, 0.001),
            Move("patients", _paid("patient"), 0.0, 0.0),
        ),
        still=JOURNEY,
    ),
    "persoonsvolgend_budget": Policy(
        why=(
            "A budget of 5,000 euros pays care at home first, from the care office: it takes over at most "
            "that for each of some 1,900 people, from insurer, municipality and patient. Together they "
            "pay what they paid. Journeys do not change."
        ),
        causes=(Move("care office", _paid("zorgkantoor"), 100_000, 9_500_000),),
        effects=(
            Move("insurer", _paid("zorgverzekeraar"), -9_500_000, -100_000),
            Move("all shares together", lambda w: float(w.table("shares")["cents"].sum()), 0.0, 0.0),
        ),
        still=JOURNEY,
    ),
    "domeinoverstijgend": Policy(
        why=(
            "Half of those with the Wlz get it 243.5 days later, or not at all once terminal: the "
            "share with the Wlz falls by less than half of 0.39. Their nursing home days fall; they "
            "are at home with district nursing, so Wlz euros fall and Zvw euros rise by less. With a "
            "delay of 0 days nothing moves. Arrangers cost the area's share of 20 million a year."
        ),
        causes=(Move("Wlz at death", _kpi("wlz_at_death"), -0.195, -0.03),),
        effects=(
            Move("arrangers", _kpi("carrying_out", payer="zorgkantoor"), 1, 20_000_000),
            Move("days in a nursing home", _nursing_home_days, -40, -5),
            Move("Wlz euros", _cost(law="Wlz"), 0.70, 0.97, times=True),
            Move("Zvw euros", _cost(law="Zvw"), 1.01, 1.20, times=True),
        ),
        cut={"cohort.wlz.postponed_days.value": 0.0, "cohort.wlz.postponed_care.value": 0.35},
        cut_still=ALL,
    ),
    "behandeling_zvw": Policy(
        why=(
            "Residents with treatment lose its surcharge of the Wlz; what GP, elderly care physician and "
            "pharmacist do for them falls under the Zvw and its eigen risico, at most 385 euros a year each, "
            "for two calendar years. Where people stay does not change."
        ),
        causes=(Move("Wlz euros", _cost(law="Wlz"), 0.80, 0.999, times=True),),
        effects=(
            Move("Zvw euros", _cost(law="Zvw"), 1.001, 1.20, times=True),
            Move("eigen risico a decedent", _kpi("patient_payment_mean", item="eigen_risico"), 0.01, 770),
        ),
        still=PLACES,
    ),
    "mpt_voorliggend_2027": Policy(
        why=(
            "Of clients at home 35% have a full package; 10% keep it. Hours take the place of a day "
            "price, and the contribution of a modular package is 182.20 a month lower. Where people "
            "stay does not change."
        ),
        causes=(
            Move("full package", _home_form("vpt"), -0.29, -0.21),
            Move("modular package", _home_form("mpt"), 0.21, 0.29),
        ),
        effects=(
            Move("days paid of the full package", _gross("wlz.vpt"), 0.1, 0.5, times=True),
            Move("contributions", _paid("patient", "wlz_eigen_bijdrage"), 0.5, 0.999, times=True),
        ),
        still=("refusals", "meters"),
    ),
    "ptz_vervalt_2027": Policy(
        why=(
            "No scheme, no subsidy: exactly 0, nor for networks and spiritual care; its care has no payer. "
            "Nothing is declared under it, so no bill moves."
        ),
        causes=(Move("payout", _kpi("subsidy_payout"), -1.0, -0.6),),
        effects=(
            Move("subsidy left", lambda w: min(w.kpi("subsidy"), 1.0), -1.0, -1.0),
            Move("unfunded", lambda w: min(w.kpi("unfunded", reason="regeling_vervallen"), 1.0), 1.0, 1.0),
        ),
        still=(*LEDGER, "shares"),
    ),
    "ptz_vervalt_reactie_2027": Policy(
        why=(
            "As without the reaction, and of 6 beds the one of the bijna-thuis-huis is gone: 1/6 of what "
            "there is, so a year has 10 to 80 stays fewer of some 100 to 150. Volunteers at home "
            "halve, 0.06 to 0.03, and chance moves some 40 clients by no more than a third."
        ),
        causes=(
            Move("payout", _kpi("subsidy_payout"), -1.0, -0.6),
            Move("clients at home", _count("ptz.vrijwilligers"), 0.2, 0.9, times=True),
        ),
        effects=(
            Move("subsidy left", lambda w: min(w.kpi("subsidy"), 1.0), -1.0, -1.0),
            Move("stays in a hospice", _kpi("hospice_stays"), -80, -1),
            Move("refused", _kpi("hospice_refused"), 0.005, 0.25),
        ),
    ),
    "nppz_2027": Policy(
        why=(
            "The programme of the nation falls from 14 to 2 million and the raise of the scheme grows from "
            "11 to 22 million, each for the share of the area; no patient's money is among it."
        ),
        causes=(Move("programme", _kpi("budget", line="nppz"), 0.1428, 0.1429, times=True),),
        effects=(Move("raise", _kpi("budget", line="regeling_extra"), 2.0, 2.0, times=True),),
        still=ALL,
    ),
    "ptz_vrijwilligers_eerder": Policy(
        why=(
            "Volunteers for 0.08 in place of 0.06 is a third more clients at home, half of whom begin"
            " 60 days earlier; claims rise, and with one national ceiling the percentage falls, by "
            "less than a point since the region is a small part of the nation."
        ),
        causes=(Move("clients at home", _count("ptz.vrijwilligers"), 1.15, 1.75, times=True),),
        effects=(
            Move("claimed later", _kpi("subsidy_earned_claimed"), 1.0, 1.3, times=True),
            Move("payout later", _kpi("subsidy_earned_payout"), -0.01, -1e-6),
        ),
        still=("stays", "refusals", "meters", "wlz_periods"),
    ),
    "ptz_hoger_plafond": Policy(
        why=(
            "The 10 million of the letter takes the place of the 5 that the ceiling holds: 32,249,000 "
            "becomes 37,249,000, 1.155 times, for every organisation alike."
        ),
        causes=(Move("payout", _kpi("subsidy_payout"), 1.154, 1.156, times=True),),
        effects=(Move("subsidy", _kpi("subsidy"), 1.15, 1.16, times=True),),
        still=ALL,
    ),
    "eigen_risico_460": Policy(
        why=(
            "385 becomes 460: at most 75 euros a calendar year each, and a last year touches two; "
            "most people reach the maximum, so 10 to 100 euros each. The insurer pays as much less."
        ),
        causes=(Move("eigen risico a decedent", _kpi("patient_payment_mean", item="eigen_risico"), 10, 100),),
        effects=_from_now("eigen_risico"),
        still=LEDGER,
    ),
    "eigen_risico_165_tranche": Policy(
        why=(
            "385 becomes 165: at most 220 euros a calendar year less each, over two years; and at "
            "most 50 a hospital treatment. The insurer pays as much more."
        ),
        causes=(
            Move("eigen risico a decedent", _kpi("patient_payment_mean", item="eigen_risico"), -440, -50),
        ),
        effects=_from_now("eigen_risico"),
        still=LEDGER,
    ),
    "wmo_2027": Policy(
        why=(
            "21.80 becomes 23.60 to 328 a month by income and assets: those with help pay more, at "
            "most 15 times as much and never above the cost of the help. The municipality pays as "
            "much less."
        ),
        causes=(Move("contributions", _paid("patient", "wmo_eigen_bijdrage"), 1.08, 15.1, times=True),),
        effects=(*_from_now("wmo_eigen_bijdrage"), Move("municipality", _paid("gemeente"), -1e7, -1)),
        still=LEDGER,
    ),
    "vergrijzing_2030": Policy(
        why=(
            "Deaths times 1.03 in places that stay the same: the people of the base are all there, as"
            " they were."
        ),
        causes=(Move("deaths", _kpi("patients"), 1.015, 1.045, times=True),),
        effects=(Move("occupancy", _kpi("hospice_occupancy"), -0.02, 0.06),),
    ),
    "vergrijzing_2040": Policy(
        why=(
            "Deaths times 1.14 in places that stay the same: occupancy rises by less than 14%, "
            "refusals more, and the wait for a nursing home lengthens."
        ),
        causes=(Move("deaths", _kpi("patients"), 1.11, 1.17, times=True),),
        effects=(
            Move("occupancy", _kpi("hospice_occupancy"), 0.0, 0.12),
            Move("refused", _kpi("hospice_refused"), -0.01, 0.20),
            Move("wait for a nursing home", _kpi("nursing_home_wait_days"), 0.0, 60),
        ),
    ),
}
