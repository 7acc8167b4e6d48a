"""Writes docs/commands.md: every command with its arguments and options, read off the program.

Usage: python docs/generate/commands.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import typer

from sim.cli import app

OUT = Path(__file__).resolve().parent.parent / "commands.md"
HEAD = """# Commands

Every command of `palsim`, with its arguments and options. Each takes `--help`; those that answer take
`--json` and then print one JSON document on stdout and nothing else there. A scenario is a name from
`scenarios/` or a path; an area a name from `scenarios/regions/` or a path.

| Exit code | Means |
|---|---|
| 0 | done |
| 1 | the run or a check failed |
| 2 | the input is wrong: one line names file, key, what is wrong and what would be right |
| 70 | a fault of the program: the line names a file that tells what happened |
| 130 | interrupted; `--resume` goes on |

This page is written by `python docs/generate/commands.py`.
"""


def cell(text: str) -> str:
    """Text that stands in one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def parameter(found: Any) -> tuple[str, str]:
    """How a parameter is written, and what it does."""
    if found.param_type_name == "argument":
        return f"`{(found.metavar or found.name.upper()).strip('[]')}`", cell(found.help or "")
    names = ", ".join(f"`{name}`" for name in (*found.opts, *found.secondary_opts))
    if found.is_flag:
        return names, cell(found.help or "")
    value = found.metavar or " or ".join(map(str, get_args(found.type_descriptor.annotation)))
    usual = f" Default: `{found.default}`." if isinstance(found.default, str | int) else ""
    return f"{names} {value}".strip(), cell((found.help or "") + usual)


def usage(path: str, command: Any) -> str:
    """One line that shows how the command is given."""
    parts = [path]
    for found in command.params:
        if found.param_type_name == "argument":
            name = (found.metavar or found.name.upper()).strip("[]")
            parts.append(name if found.required else f"[{name}]")
    return " ".join([*parts, "[options]"])


def described(path: str, command: Any) -> list[str]:
    """One command, or each command of a group."""
    if hasattr(command, "commands"):
        return [
            line
            for name, below in sorted(command.commands.items())
            for line in described(f"{path} {name}", below)
        ]
    lines = [
        f"## {path}\n",
        " ".join((command.help or "").split()) + "\n",
        f"```text\n{usage(path, command)}\n```\n",
    ]
    rows = [parameter(found) for found in command.params if not getattr(found, "hidden", False)]
    if rows:
        lines += [
            "| Argument or option | Does |",
            "|---|---|",
            *(f"| {name} | {text} |" for name, text in rows),
            "",
        ]
    return lines


def page() -> str:
    """The whole page."""
    command = typer.main.get_command(app)
    return "\n".join([HEAD, *described("palsim", command)]).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    OUT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
