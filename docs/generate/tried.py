"""Changes tried on the two validation figures that the model does not reproduce, for docs/validation.md."""

from __future__ import annotations

from typing import Any

from sim.catalogue import TariffBook, load_tariffs
from sim.runs.execute import cores
from sim.scenario import load_scenario, vary
from sim.studies.targets import load_targets
from sim.studies.validate import compare_with_published, kpis_of_replications

REPLICATIONS, SEED = 3, 1026
COLUMNS = (
    ("transitions_with_hospital", "share with a hospital"),
    ("transitions_last_90", "transfers"),
    ("hospitalised_last_90", "admitted in 90 days"),
    ("hospital_death", "death in hospital"),
    ("home_death", "death at home"),
    ("hospice_stays", "hospice stays"),
    ("hospice_cost", "cost of hospices"),
)
ALL_FORMAL = {"bth": 1.0, "hch": 1.0, "pu": 1.0}


def trials() -> dict[str, dict[str, Any]]:
    """What is changed in each trial, in words and in settings."""
    scenario = load_scenario("basis_2026").scenario
    terminal, from_home = scenario.hospital.terminal.value, scenario.hospice.from_home.value
    return {
        "as it is": {},
        "half more admissions end in death, with cancer 0.60": {
            "hospital.terminal.value": {
                **{group: min(1.0, 1.5 * share) for group, share in terminal.items()},
                "cancer": 0.60,
            }
        },
        "nobody is readmitted": {"hospital.readmission_factor.value": 0.0},
        "short stays from home 0.30, respite 0.20, half more hospice requests from home": {
            "elv.from_home.value": 0.30,
            "support.respite.value": 0.20,
            "hospice.from_home.value": {group: min(1.0, 1.5 * share) for group, share in from_home.items()},
        },
        "every guest in eerstelijnsverblijf, the dearest day of the tariffs": {
            "payment.two_functions.applies": True,
            "payment.two_functions.formal.value": ALL_FORMAL,
        },
    }


def tried() -> str:
    """A table of the trials on Middenland."""
    base = load_scenario("basis_2026", "middenland").with_run(SEED, REPLICATIONS)
    book, targets = load_tariffs(), load_targets(base.area)
    lines = [
        "| Tried | " + " | ".join(words for _, words in COLUMNS) + " |",
        "|---|" + "---:|" * len(COLUMNS),
        "| published | " + " | ".join(_shown(id, _published(targets, id)) for id, _ in COLUMNS) + " |",
    ]
    for words, changes in trials().items():
        scenario = vary(base, changes, base.name) if changes else base
        lines.append(_row(words, _simulated(scenario, targets, book)))
    return "\n".join(lines)


def _published(targets: Any, id: str) -> float:
    return float(next(t.value for t in targets if t.id == id))


def _simulated(scenario: Any, targets: Any, book: TariffBook) -> dict[str, tuple[float, bool]]:
    found = compare_with_published(targets, kpis_of_replications(scenario, book, cores()))
    return {f.target.id: (f.simulated.mean, f.passed) for f in found}


def _row(words: str, found: dict[str, tuple[float, bool]]) -> str:
    cells = [
        _shown(id, found[id][0]) if found[id][1] else f"**{_shown(id, found[id][0])}**" for id, _ in COLUMNS
    ]
    return f"| {words} | " + " | ".join(cells) + " |"


def _shown(id: str, value: float) -> str:
    if id == "hospice_cost":
        return f"€ {value / 1e6:.2f} million"
    return f"{value:.1%}" if value < 1 and id != "transitions_last_90" else f"{value:,.2f}"
