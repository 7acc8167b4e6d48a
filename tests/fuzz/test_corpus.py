"""Every input that broke the program once ends in one line, in time and within memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from documents import KINDS
from harness import given, judged
from hostile import files, forms, options

FILES = list(files())
FORMS = list(forms())


@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    """Imports and tariffs are loaded before memory and time are measured."""
    given("tariffs", "check")


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_right_file_of_each_kind_is_taken(kind: str, tmp_path: Path) -> None:
    from documents import yaml_text

    for number, document in enumerate(KINDS[kind].right()):
        file = tmp_path / f"right_{number}.yaml"
        file.write_text(yaml_text(document), encoding="utf-8")
        ended = given(*KINDS[kind].command(file))
        judged(ended)
        assert ended.code == 0, ended.err


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_hostile_file_is_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    for number, (_, name, content) in enumerate(found for found in FILES if found[0] == kind):
        file = tmp_path / f"hostile_{number}.yaml"
        file.write_bytes(content)
        ended = given(*KINDS[kind].command(file))
        judged(ended, [name])
        assert ended.code == 2, f"{kind}: {name}: taken"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_hostile_form_ends_in_one_line(ending: str, tmp_path: Path) -> None:
    for number, (_, name, content) in enumerate(found for found in FORMS if found[0] == ending):
        file = tmp_path / f"form_{number}.{ending}"
        file.write_bytes(content)
        judged(given("capacity", file, "--template", tmp_path / "out.csv"), [name])


def test_every_option_without_sense_is_refused_in_one_line() -> None:
    for arguments in options():
        ended = given(*arguments)
        judged(ended)
        assert ended.code == 2, f"{' '.join(arguments)[:200]}: taken"


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    for kind in KINDS.values():
        for path in (pipe, tmp_path, Path("/dev/zero"), Path("/dev/stdin")):
            ended = given(*kind.command(path)) if path != tmp_path else given("bill", path)
            judged(ended)
            assert ended.code == 2


def test_a_chain_of_overlays_has_an_end(tmp_path: Path) -> None:
    for number in range(200):
        below = f"n{number + 1}" if number < 199 else "basis_2026"
        (tmp_path / f"n{number}.yaml").write_text(f"extends: {below}\n", encoding="utf-8")
    (tmp_path / "twice.yaml").write_text("extends: basis_2026\ncombines: [n0, n1]\n", encoding="utf-8")
    for name in ("n0", "twice"):
        ended = given(*KINDS["scenario"].command(tmp_path / f"{name}.yaml"))
        judged(ended)
        assert ended.code == 2
