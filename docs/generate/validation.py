"""Writes docs/validation.md and its figure from `palsim validate` and the stored calibration.

Usage: python docs/generate/validation.py [--replications N] [--runs FOLDER]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import matplotlib.pyplot as plt
from beside import REPLICATIONS as BESIDE
from beside import by_area, deaths, side_by_side, spread
from tried import REPLICATIONS as TRIED
from tried import tried

import sim
from sim import store
from sim.data import data_folder, read_json
from sim.measure.kpis import Kpi
from sim.measure.network import NETWORK, residents_per_mille
from sim.measure.sums import dimension_text
from sim.report.language import language
from sim.runs.options import Progress
from sim.scenario import Setting, load_scenario
from sim.studies.calibrate import load_plan
from sim.studies.targets import TARGETS_FILE, Target, load_targets, solved_by_hand
from sim.studies.validate import Finding, compare_with_published, scores

DOCS = Path(__file__).resolve().parent.parent
SCENARIO = "basis_landelijk"
RUNS = Path("reports/runs")
DIGEST_CHARACTERS = 8
POPULATIONS = {
    NETWORK: "GP network",
    "huisarts": "listed with a GP now",
    "huisarts_thuis": "of those, at home",
    "bewoner": "in a nursing home",
    "": "everyone",
}
COLOURS = {True: "#0b5394", False: "#b45f06"}


def shown(value: float, unit: str) -> str:
    """A number as the page writes it."""
    if unit == "share":
        return f"{100 * value:.1f}%"
    if unit == "eur" and abs(value) >= 1e6:
        return f"€ {value / 1e6:,.1f} million"
    if unit == "eur":
        return f"€ {value:,.0f}"
    return f"{value:,.0f}" if unit == "count" else f"{value:.2f}"


def row(finding: Finding) -> str:
    """One line of the table."""
    target, got = finding.target, finding.simulated
    cells = (
        target.name["en"],
        shown(target.value, target.unit) + (" (input)" if target.is_input else ""),
        f"{shown(target.low_ok, target.unit)} to {shown(target.high_ok, target.unit)}",
        shown(got.mean, target.unit),
        f"{shown(got.low, target.unit)} to {shown(got.high, target.unit)}",
        "yes" if finding.passed else "**no**",
        target.source,
    )
    return f"| {' | '.join(cells)} |"


def table(findings: list[Finding]) -> str:
    """A table of findings."""
    head = "| Figure | Published | Accepted | Simulated | 95% interval | Reproduced | Source |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *(row(f) for f in findings)])


def inputs(findings: list[Finding]) -> str:
    """Which V figures are inputs of the model too, and in which number."""
    return "\n".join(
        f"- **{f.target.name['en']}**: {f.target.input_note['en']}" for f in findings if f.target.is_input
    )


def by_hand(settings: list[Setting], titles: Mapping[str, str]) -> str:
    """A table of the numbers that were solved by hand, with how and from what."""
    english = language("en").notes
    found = {s.path: s for s in settings}
    lines = ["| Number | Solved to | Source |", "|---|---|---|"]
    for path in solved_by_hand():
        setting = found[path]
        how = english[setting.reason]
        lines.append(f"| {path} | {how} | {titles.get(setting.source or '', 'named in the text')} |")
    return "\n".join(lines)


def of_network(target: Target) -> bool:
    """Whether a figure is read over the population of the GP network."""
    return any(NETWORK in dimension for _, dimension in target.terms)


def over(target: Target, population: str) -> Target:
    """The same figure over another population: a value of `listed`, or everyone where that is empty."""
    dimension = dimension_text({"listed": population} if population else {})
    return dataclasses.replace(target, terms=tuple((name, dimension) for name, _ in target.terms))


def populations(targets: list[Target], replications: list[list[Kpi]]) -> str:
    """A table of the figures of the GP network over other populations, those outside the bounds in bold."""
    head = "| Figure | Accepted | " + " | ".join(POPULATIONS.values()) + " |"
    lines = [head, "|---|---|" + "---:|" * len(POPULATIONS)]
    for target in targets:
        cells = [
            target.name["en"],
            f"{shown(target.low_ok, target.unit)} to {shown(target.high_ok, target.unit)}",
        ]
        for population in POPULATIONS:
            (found,) = compare_with_published([over(target, population)], replications)
            text = shown(found.simulated.mean, target.unit)
            cells.append(text if found.passed else f"**{text}**")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def figure(findings: list[Finding], out: Path) -> None:
    """Distance of every simulated mean to its published value, in tolerances."""
    plt.rcParams |= {"svg.hashsalt": "palsim", "svg.fonttype": "none", "font.size": 9}
    shape, ax = plt.subplots(figsize=(7.5, 0.27 * len(findings) + 1.0))
    ax.axvspan(-1, 1, color="#e8eef5")
    ax.axvline(0, color="black", linewidth=0.8)
    for place, finding in enumerate(reversed(findings)):
        target, got = finding.target, finding.simulated
        middle = (target.low_ok + target.high_ok) / 2
        low, mean, high = ((v - middle) / target.tolerance for v in (got.low, got.mean, got.high))
        marker = "o" if target.use == "C" else "D"
        colour = COLOURS[finding.passed]
        ax.plot([low, high], [place, place], color=colour, linewidth=1.4)
        ax.plot([mean], [place], marker=marker, color=colour, markersize=5, linestyle="none")
    ax.set_yticks(range(len(findings)), [f.target.name["en"] for f in reversed(findings)])
    ax.set_xlabel("distance in tolerances (circle: C, diamond: V)")
    ax.spines[["top", "right"]].set_visible(False)
    shape.tight_layout()
    shape.savefig(out, metadata={"Date": None})
    plt.close(shape)


def page(findings: list[Finding], other: str, hand: str, regions: str, replications: int, seed: int) -> str:
    """The whole page."""
    fitted = [f for f in findings if f.target.use == "C"]
    external = [f for f in findings if f.target.use == "V"]
    fit, test, free = (scores(findings)[name] for name in ("C", "V", "V_no_input"))
    plan, result = load_plan()
    parameters = "\n".join(
        f"| {p.id} | {', '.join(sorted({path.split('.value')[0] for path in p.values}))} "
        f"| {p.limits[0]:g} to {p.limits[1]:g} | {result['factors'][p.id]:g} |"
        for p in plan.parameters
    )
    residuals = "\n".join(
        f"| {id} | {found['published']:g} | {found['simulated']:g} | {found['in_tolerances']:+.2f} |"
        for id, found in result["residuals"].items()
    )
    misses = "\n".join(
        f"- **{f.target.name['en']}**: {shown(f.simulated.mean, f.target.unit)} against "
        f"{shown(f.target.value, f.target.unit)}. {_sentence(f)}"
        for f in findings
        if not f.passed
    )
    share = test.reproduced / test.of
    residents, beside = residents_per_mille() / 10, side_by_side()
    trials = tried()
    return f"""# Validation

`palsim validate` sets the model beside every published figure of `scenarios/targets.yaml`. This page shows
`{SCENARIO}` (32 care-office areas, {replications} replications, seed {seed}).

- Calibration (C): {fit.reproduced} of {fit.of} figures are reproduced.
- Validation (V): {test.reproduced} of {test.of} ({100 * share:.0f}%); of the {free.of} whose figure is no \
input of the model, {free.reproduced}.

`python docs/generate/validation.py` writes this page again.

![Distance of each simulated figure to its published value](figures/validation.svg)

## Calibration figures

They may be fitted, and were.

{table(fitted)}

## Validation figures

`palsim calibrate` never fits them. They were not blind either: see "What was in view" below.

{table(external)}

The literature gives some figures both as a number to start from and as a check. A figure is marked "input"
where it, or one that decides it, stands in the derivation of a number of the scenario. That such a figure
comes out tests little; the lines below say where it enters and where it does so only from the side.

{inputs(findings)}

The two costs with and without the Wlz are no inputs, but not two tests either: their mean is fitted (C) and
the share with the Wlz is an input, so that one follows from the other.

## What is not reproduced

{misses or "Every figure is reproduced."}

### What was tried

On `middenland`, {TRIED} replications; outside the accepted bounds in bold. One region: read the direction.

{trials}

- The share of transfers with a hospital falls with fewer returns from hospital or with more moves that
  need none, and neither goes far enough. More deaths in hospital hardly move it, no readmissions
  break the published 8% and the places of death, and more short stays and hospice requests take away
  deaths at home that are published, and still leave the share above 67%. The least that 49% admitted
  and 18.5% hospital deaths allow is 0.8 hospital transfers of 1.03, or 77%. The figure stays open.
- Doctors, medicines, extras and household help in hospices count in their cost. Even with every guest
  at the price of eerstelijnsverblijf the amount is not reached: at today's tariffs no division of
  guests over houses costs 1,060 euros a day. The figure stays open.

## How figures are measured

- The five figures of the Dutch GP network (SENTI-MELC 2009-2011 and the study of 2005-2006 before it)
  are all read over one population, the network as it was. It held the patients of practices: people at
  home, and residents of care homes (verzorgingshuizen), which no longer exist and whose residents now
  live in nursing homes with the Wlz. Nursing homes were not in it. So the model's people at home and
  listed with a GP, and its residents, are put together by the share that residents had then,
  {residents:.0f}% (`gp_network` in `scenarios/targets.yaml`, with its derivation). Who moved to a
  nursing home with behandeling in the last 90 days had left the practice, and is not counted. The
  network also left out sudden deaths; the model has none.
- Death in a nursing home (C) counts deaths in a short stay (eerstelijnsverblijf, ELV) too: the published
  figure is read as all deaths in institutions for care.
- Nivel's GP contacts are those of people listed with a practice until death.
- A transfer is a move between home, hospital, nursing home, short stay, respite and hospice; a change
  of law or form of delivery at home is none.
- A place belongs to one of the three categories of the published preference: home or care home (short
  stays and respite, which are in institutions for care, with it), hospice of any type, hospital.
- Money is compared at a stated index: € 56,500 of 2023 is times 1.1741, € 240 million of 2024 times
  1.1038.

## The GP network's figures over other populations

Outside the accepted bounds in bold.

{other}

## Side by side with figures that are no target

{beside}

On `middenland`, {BESIDE} replications.

## Spread over regions

{regions}

"Chance" is the share of the variance between areas that is chance of these replications, "Age" the share
that goes along with how often deaths fall at 80 and older.

The areas of `nederland` differ in the ages of who dies, and through these in disease, household and
long-term care; beds, nursing home places and budgets follow expected deaths, so that every area has as many
for each of them. What else makes regions differ is not in the model: how many nursing homes and hospices
there are, how soon hospitals admit and GPs refer, informal care, wishes by origin and belief, city and
country. No public figures give these by area. So the areas lie closer together than the published regions,
and a difference between two areas tells little but age and chance. The 31 regions are Nivel's, not the
care-office areas.

## Deaths by area

{deaths()}

Known: per 1,000 inhabitants worked out from CBS 83502NED (1 January 2021) and the deaths by age of 2019;
Drenthe as CBS published it. The model's areas have the same share of the nation's deaths.

## What was in view

The validation figures were looked at between about ten rounds of changes to the model, so this page is
no blind test. Set or changed after a look at them, each with its own reason in the scenario:

- the population of the GP network's figures: everyone, then people listed now, then the network as it
  was. On people listed now the verdicts are the same; on everyone two figures more lie outside their
  bounds (table above)
- a death in a short stay counts as "home or care home"; without that the known preference is met 2 to 4
  points less, which would be below its bound
- how preference steers hospice requests, the last week in hospital and short stays, among them
  `hospital.known_preference_factor` (0.55, 0.48, 0.43, then 0.35: the odds ratio is now taken on
  hospital in the last week, as in the source, and no longer on death in hospital)
- the short stay (`elv`): share from home 0.05, 0.12, then 0.08, its timing, and that it lasts until
  death
- `hospital.admission_rate_shape` between 365 and 30 days, and `hospital.readmission_factor`
- hospice demand by group and origin, derived anew; discharge alive; the median from home, set to a mean
  stay of 21 days: the figures marked "input" above
- medicines of the whole year and expensive medicines, which move the cost without the Wlz

The limits of the fit were also set along the way. `gp_week` lies above the 10% first stated, and
`admissions_last_week` had no stated range; parameters that end on a limit show so in the table below.

## Calibration

`palsim calibrate` fits {len(plan.parameters)} factors to {len(plan.targets)} C figures on `{plan.area}`, \
seed {plan.seed}, {plan.replications} replications: Gauss-Newton steps with a slope corrected after each, \
damped and kept within limits, on common random numbers. Seeds below 1,000 are for calibration and those \
above for validation. The start of every number, its limits with their reason, the fitted values, the \
residuals and the last step are in `scenarios/calibration.yaml`; a test repeats the last step.

| Parameter | Numbers | Limits of the factor | Fitted |
|---|---|---|---|
{parameters}

| Figure | Published | Fitted run | Residual, in tolerances |
|---|---|---|---|
{residuals}

## Numbers solved by hand

These are not fitted by `palsim calibrate`. They were worked out from published figures, some with trial runs
of the model, and stay as they are (`solved_by_hand` in `scenarios/targets.yaml`).

{hand}
"""


def _sentence(finding: Finding) -> str:
    why = finding.target.why.get("en", "No explanation is known.").rstrip(".")
    return f"{why[0].upper()}{why[1:]}."


def told(progress: Progress) -> None:
    """Say how far the run is."""
    print(f"\r{progress.done} of {progress.total} tasks", end="", file=sys.stderr, flush=True)


def simulated(replications: int | None) -> Path:
    """Folder with the national run, finished tasks used again."""
    wanted = replications or load_scenario(SCENARIO).scenario.replications
    folder = RUNS / f"validation-{store.code_digest()[:DIGEST_CHARACTERS]}-{wanted}"
    sim.run(
        SCENARIO,
        out=folder,
        replications=wanted,
        keep="kpis",
        resume=folder.exists(),
        on_progress=told,
    )
    return folder


def kpis_of(run: store.StoredRun) -> list[list[Kpi]]:
    """KPIs of every replication of a stored run."""
    columns = ["name", "dimension", "value", "unit"]
    return [
        [Kpi(*map(str, (name, dimension)), float(value), str(unit)) for name, dimension, value, unit in rows]
        for rows in (
            frame[columns].itertuples(index=False) for _, frame in run.kpis.groupby("replication", sort=True)
        )
    ]


def main() -> None:
    """Validate, draw, write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--replications", type=int, help="default: those of the scenario")
    asked.add_argument("--runs", type=Path, help="finished run of the scenario, in place of running it")
    given = asked.parse_args()
    folder = given.runs or simulated(given.replications)
    run, loaded = store.load_run(folder), load_scenario(SCENARIO)
    replications = kpis_of(run)
    targets = load_targets(loaded.area)
    found = compare_with_published(targets, replications)
    other = populations([t for t in targets if of_network(t)], replications)
    figure(found, DOCS / "figures" / "validation.svg")
    sources = json.loads(read_json(data_folder("scenarios") / TARGETS_FILE))["sources"]
    titles = {id: source["title"] for id, source in sources.items()}
    hand = by_hand(list(loaded.provenance()), titles)
    regions = spread(by_area(folder), loaded.area.regions)
    text = page(found, other, hand, regions, len(replications), loaded.scenario.seed)
    (DOCS / "validation.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
