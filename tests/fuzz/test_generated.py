"""Files made from right ones by a change or two end as every input must: exit 0 or 2, one line, in time.

What is taken makes sense. `make fuzz` goes on with fresh ones for as long as `PALSIM_FUZZ_SECONDS` says, or
until `PALSIM_FUZZ_INPUTS` of each kind were tried.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from changes import CELLS, NUMBERS, STROKES, WORDS, altered, looked
from documents import FORM, KINDS, yaml_text
from harness import Ended, given
from hostile import book
from hypothesis import strategies as st
from sense import SENSES

pytestmark = pytest.mark.slow


@st.composite
def texts(draw: st.DrawFn, kind: str) -> str:
    """The text of such a document, now and then with a stroke of the pen through it."""
    text = yaml_text(draw(altered(KINDS[kind].right())))
    if draw(st.integers(0, 5)):
        return text
    place = draw(st.integers(0, max(len(text) - 1, 0)))
    return text[:place] + draw(STROKES) + text[place + draw(st.integers(0, 3)) :]


@st.composite
def forms(draw: st.DrawFn) -> list[list[str]]:
    """The form of a region with cells, rows and columns changed."""
    rows = [list(row) for row in FORM]
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.integers(0, len(rows) - 1))
        how = draw(st.sampled_from(["cell", "cell", "cell", "drop", "repeat", "column"]))
        if how == "cell" and rows[row]:
            rows[row][draw(st.integers(0, len(rows[row]) - 1))] = draw(CELLS)
        elif how == "drop" and len(rows) > 1:
            del rows[row]
        elif how == "repeat":
            rows.append(list(rows[row]))
        elif how == "column":
            name = draw(
                st.sampled_from(["bedden_vanaf", "cluster", "verpleeghuisplaatsen", "elv_budget_eur", "x"])
            )
            rows = [[*cells, name if number == 0 else draw(WORDS)] for number, cells in enumerate(rows)]
    return rows


@st.composite
def commands(draw: st.DrawFn) -> list[str]:
    """Options with words and numbers that have no sense; what would simulate is not asked."""
    word = st.one_of(WORDS, NUMBERS.map(str)).filter(lambda w: "\0" not in w)
    kind = draw(st.integers(0, 4))
    if kind == 0:
        measure = draw(st.sampled_from(["wait_days", "refused", "occupancy", "x"]))
        norm = f"{measure}<={draw(word)}@{draw(word)}"
        return ["capacity", "middenland", "--type", "none", "--norm", norm]
    if kind == 1:
        return ["capacity", "middenland", "--type", "none", "--growth", draw(word), "--years", draw(word)]
    if kind == 2:
        return ["compare", "basis_2026", draw(word), "--precision", f"{draw(word)}={draw(word)}"]
    if kind == 3:
        return ["tariffs", "show", draw(word), "--date", draw(word)]
    return ["run", draw(word), "--seed", draw(word), "--replications", draw(word), "--area", "no such area"]


def sensible(ended: Ended, kind: str, file: Path) -> Ended:
    """A file that was taken says what can be; nonsense that is taken is a fault of its own."""
    if ended.code == 0:
        SENSES[kind](file)
    return ended


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_changed_file_ends_in_one_line(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "changed.yaml"

    def make(text: str) -> Ended:
        file.write_text(text, encoding="utf-8", errors="surrogatepass")
        file.with_suffix(".csv").unlink(missing_ok=True)  # a form that an area was written to
        return sensible(given(*KINDS[kind].command(file)), kind, file)

    given("tariffs", "check")
    looked(make, texts(kind))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_changed_form_ends_in_one_line(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"changed.{ending}"

    def make(rows: list[list[str]]) -> Ended:
        if ending == "xlsx":
            file.write_bytes(book(rows))
        else:
            file.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
        (tmp_path / "out.csv").unlink(missing_ok=True)
        ended = given("capacity", file, "--template", tmp_path / "out.csv")
        return sensible(ended, "area", file)

    looked(make, forms())


def test_changed_options_end_in_one_line() -> None:
    looked(lambda arguments: given(*arguments), commands())
