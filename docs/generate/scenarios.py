"""Writes docs/scenarios.md: every shipped scenario, its question, mechanism, evidence, status and changes.

Usage: python docs/generate/scenarios.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.report.language import language
from sim.report.pages.gallery import gallery_plan
from sim.scenario import LoadedScenario, Setting, load_scenario, owner_of
from sim.scenario.in_force import can_follow_a_path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "docs" / "scenarios.md"
WORDS = language("en")
HEAD = """# The scenarios

Every policy that ships is a small file in `scenarios/` that extends `basis_2026`, current practice, and
repeats nothing of it. Policy and area are apart: `palsim compare basis_2026 NAME --area AREA` lays the policy
over any area.

- Effects from observational research enter halved, with the full effect at the upper end of the range.
- A plan that is not law holds as if it were in force in 2026, so that only the plan differs
  (`rules.plans_from`).
- A scenario that `combines` others makes their changes one after the other; where two of them set the same
  value, it must set that value itself. Without a headline of its own it tells first what each of them does.
- `tests/e2e/policies.py` says for each scenario which cause moves, which effect follows and how far; with
  every setting back at its value of the base, a run has the bytes of the base.

How a policy reaches the journey of a patient:

- **Marking and plans** (`cohort.marking.timely`, `.pzp`, `.gp_plan`): a plan is made at the marking in time,
  or when the terminal phase is recognised; every admission after it happens with the factor
  `hospital.pzp_admission_factor`.
- **Known preference** (`cohort.preference.known`): the factor on hospital in the last week has mean 1 at the
  known share at which admissions were measured; of what lies above it `hospital.known_preference_causal`
  lowers the mean.
- **Transmural care** (`transmural`): who is reached has the factor `transmural.admission_factor` from the
  terminal phase on, and the care of the team is declared.
- **Acute beds** (`places.acute_beds`, `hospice.acute_instead`): beds of the first site of a type are kept
  apart for acute admissions from home in the last weeks; a taken bed means hospital as now.
- **Hours of nurses** (`nurses`, off): hours of district nursing of a region as a finite resource. When all
  are in use, who asks for terminal care waits and asks again; more night care takes hours from others.
- **Fewer hours in an almost-at-home house** (`hospice.fewer_hours`): the part of a lower day price that comes
  back as fewer hours a guest, counted as `guest_hours_less`, and left to others where hours are finite.
- **Postponed Wlz** (`cohort.wlz.postponed`): indication and nursing home come later by so many days, or not
  at all once terminal, since nobody changes law then.
- **Demand** (`cohort.population.demand_factor`): more deaths, added behind the people of the base.
- **Payment** (`prices`, `rules`, `subsidy`, `payment`): moves money only; every stay keeps its bytes.

A setting that follows a path over dates is written with `from` in place of `value`:

```text
set:
  - path: cohort.marking.timely
    from: {2026-01-01: 0.2, 2027-01-01: 0.5, 2028-01-01: 0.8}
    kind: assumption
    range: [0.4, 1.0]
    reason: step by step
```

Each decision about a patient takes the value of its own day. The first value holds from the start where its
day is not after the first counted day; otherwise what the scenario had holds until then. `value` of such a
setting is its highest; range and draws are of that one and move the whole path. A path of one value is that
value, to the byte. All other settings have one value in a whole run, and a path for them is refused.

FOLLOW

What a policy costs to carry out is `carrying_out`: a title, a payer, `once_eur` and `yearly_eur` with their
ranges, and `from` and `to`. It has a row of its own by payer, a sentence
in the headline where that has none, and is in no cost of care.

`make gallery` runs all of them on Middenland and over the Netherlands and writes `reports/published/`:
[the gallery](../reports/published/index_en.html). The national answers ship in `scenarios/answers/`;
`python docs/generate/gallery.py --only nation` measures those again.

This page is written by `python docs/generate/scenarios.py`.
"""


def value(found: Any) -> str:
    """A value of a scenario as text."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, dict):
        return ", ".join(f"{key} {value(part)}" for key, part in found.items()) or "none"
    if isinstance(found, int | float):
        return WORDS.compact(float(found))
    return "none" if found is None else str(found)


def span(setting: Setting | None) -> str:
    """Range of a parameter."""
    if setting is None:
        return ""
    if setting.range is not None:
        return " to ".join(value(end) for end in setting.range)
    if setting.range_factor is not None:
        return "times " + " to ".join(value(end) for end in setting.range_factor)
    return ""


def origin(setting: Setting | None) -> str:
    """Where a value comes from."""
    if setting is None:
        return "choice"
    reason, _ = WORDS.note(setting.reason or "")
    return ": ".join(part for part in (setting.source or setting.kind, reason) if part)


def changes(loaded: LoadedScenario) -> list[str]:
    """Table of the settings that a scenario changes."""
    settings = {setting.path: setting for setting in loaded.provenance()}
    lines = ["| Setting | Now | Becomes | Range | From |", "|---|---|---|---|---|"]
    for change in loaded.changes:
        setting = settings.get(owner_of(change.path))
        cells = (
            f"`{change.path}`",
            value(change.before),
            value(change.after),
            span(setting),
            origin(setting),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


def entry(name: str) -> list[str]:
    """One scenario."""
    loaded = load_scenario(name)
    header = loaded.scenario
    lines = [f"### `{name}`", "", f"**{header.title.en}.** {header.question.en}", "", header.mechanism.en, ""]
    lines += [f"- Evidence: {header.evidence.en}"]
    if header.status is not None:
        lines.append(f"- Status: {header.status.en}")
    lines += ["- References: " + "; ".join(header.references), "", *changes(loaded), ""]
    return lines


def moments() -> str:
    """The settings that may follow a path over dates, by when their value counts."""
    groups: dict[str, list[str]] = {}
    for path, moment in can_follow_a_path().items():
        groups.setdefault(moment, []).append(f"`{path}`")
    lines = ["| Its value counts | Settings |", "|---|---|"]
    lines += [f"| {WORDS.word('moment', moment)} | {', '.join(paths)} |" for moment, paths in groups.items()]
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    plan = gallery_plan()
    lines = [HEAD.replace("FOLLOW", moments())]
    for family in plan["families"]:
        lines += [f"## {family['title']['en']}", ""]
        for name in family["scenarios"]:
            lines += entry(name)
    lines += ["## Beside the gallery", ""]
    for name in plan["apart"]:
        lines += entry(name)
    lines += ["## Method", ""]
    for name, words in (
        ("basis_2026", "current practice on the area `middenland`; the base of every comparison"),
        ("basis_regio", "the same, named for a region"),
        ("basis_landelijk", "the same on the area `nederland`, the 32 care-office areas"),
    ):
        lines.append(f"- `{name}`: {words}.")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page and print its path."""
    OUT.write_text(page(), encoding="utf-8")
    print(OUT.relative_to(ROOT))


if __name__ == "__main__":
    main()
