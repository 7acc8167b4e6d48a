"""Writes docs/rules.md: every rule with its article, source, validity, rounding, and its cases.

Usage: python docs/generate/rules.py
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sim.law import Rule, registered
from sim.law.registry import ALWAYS

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "docs" / "rules.md"
CASES = ROOT / "tests" / "law_cases"
CHAPTERS = {
    "H": "Hospital",
    "T": "Home",
    "S": "Hospice",
    "V": "Nursing home and palliative unit",
    "P": "What the patient pays",
    "Z": "Subsidies and budgets",
    "A": "Alternative payment (off unless a scenario chooses the plan)",
}
HEAD = """# The rules

Every rule that turns care into euros, and euros into shares: its id, law and article, where the text was
read (`tariffs/sources.yaml`), when it holds, how it rounds, and the cases under `tests/law_cases/` that prove
it. A part of a rule has a name after the slash. One test takes each part out of the rule set and sees a case
change; another sees each part called with something to judge, by a run, a bill, a subsidy file or the
budgets. A rule with a plan is no law: it holds only where a scenario names the plan.

Where the guide and the law text differ, the law text holds: the Wmo contribution of 2026 is 21.80 (Stcrt
2025, 35082; the guide shows the amount of 2025), and the eigen risico of the year of death runs by days (Zvw
art. 6(1)(c) and 22; the guide is silent).

This page is written by `python docs/generate/rules.py`.
"""


def cases_by_rule() -> dict[str, list[dict[str, Any]]]:
    """Cases of every rule key, in order of file."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(CASES.glob("*/*/*.yaml")):
        for case in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["cases"]:
            found[case["rule"]].append({**case, "path": path.relative_to(ROOT).as_posix()})
    return found


def validity(rule: Rule) -> str:
    """Period in which a rule holds."""
    end = "" if rule.valid_to == ALWAYS else f" up to {rule.valid_to}"
    return f"{rule.valid_from}{end}"


def rounding(rule: Rule) -> str:
    """How a rule rounds, with the article that says so."""
    if rule.rounding is None:
        return "exact"
    steps = {1: "cents", 100: "whole euros"}
    how = rule.rounding.mode.replace("_", " ")
    return f"{how} to {steps[rule.rounding.step_cents]} ({rule.rounding.article})"


def described(rule: Rule) -> list[str]:
    """One version of a rule."""
    plan = f"; plan `{rule.plan}`" if rule.plan else ""
    lines = [f"- **{rule.key}** {rule.title}{plan}"]
    lines.append(
        f"  {rule.law}; {rule.article}; source `{rule.source}`; from {validity(rule)}; {rounding(rule)}"
    )
    module = rule.function.__module__.replace(".", "/") + ".py"
    lines.append(f"  `{rule.function.__name__}` in [{module}](../{module})")
    return lines


def page() -> str:
    """The whole page."""
    rules: dict[str, list[Rule]] = defaultdict(list)
    for rule in registered():
        rules[rule.id].append(rule)
    cases = cases_by_rule()
    out = [HEAD]
    letter = ""
    for id, versions in sorted(rules.items(), key=lambda r: (list(CHAPTERS).index(r[0][0]), int(r[0][1:]))):
        if id[0] != letter:
            letter = id[0]
            out.append(f"## {CHAPTERS[letter]}\n")
        out.append(f"### {id}\n")
        for rule in versions:
            out += described(rule)
        own = [case for key, held in cases.items() if key.partition("/")[0] == id for case in held]
        out.append("\n| Case | What it shows | Where it lies | Expected values |")
        out.append("|---|---|---|---|")
        for case in own:
            where = f"[{case['id']}](../{case['path']})"
            out.append(
                f"| {where} | {case['title']} | {case['edge']} | {case['source_type']}: {case['source']} |"
            )
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    OUT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
