"""What a change of form leaves as it is: KPIs, tables, differences, budget, capacity, bills; to the cent.

`tests/e2e/same_answers/` holds the answers of the last commit that moved one. A commit that moves a number on
purpose says which and why, and writes them anew by `python tests/e2e/answers.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.answers import KEPT, answers

pytestmark = pytest.mark.slow

SHOWN = 5
FILES = sorted(path.name for path in KEPT.glob("*.csv"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return answers(tmp_path_factory.mktemp("answers"))


def test_every_answer_is_kept(made: dict[str, str]) -> None:
    assert sorted(made) == FILES
    assert all(len(text.splitlines()) > 1 for text in made.values())


@pytest.mark.parametrize("name", FILES)
def test_an_answer_is_what_it_was(made: dict[str, str], name: str) -> None:
    kept = Path(KEPT / name).read_text(encoding="utf-8").splitlines()
    found = made[name].splitlines()
    gone = [line for line in kept if line not in set(found)]
    new = [line for line in found if line not in set(kept)]
    assert (gone[:SHOWN], new[:SHOWN]) == ([], []), f"{len(gone)} lines gone, {len(new)} new"
    assert found == kept, "the same lines in another order"
