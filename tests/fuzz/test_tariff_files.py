"""A tariff file made from a right one by a change or two is sound, or each fault is told in one line."""

from __future__ import annotations

import re
from pathlib import Path

from changes import STROKES, altered, looked
from documents import TARIFFS, paths_of, plain, yaml_text
from harness import Ended, called
from hypothesis import strategies as st
from sense import tariffs

from sim.catalogue import load_tariffs
from sim.catalogue.load import SOURCES_FILE, check

FILES = ("own_payments/wmo.yaml", "ptz/consultatie.yaml", "own_payments/transport.yaml")
_DATE = re.compile(r'"(\d{4}-\d\d-\d\d)"')
RIGHT = {name: plain(TARIFFS / name) for name in FILES}
SOURCES = plain(TARIFFS / SOURCES_FILE)["sources"]


def text_of(document: object) -> str:
    """As a tariff file writes it: dates are no quoted text."""
    return _DATE.sub(r"\1", yaml_text(document))


def sources_of(document: object) -> dict[str, object]:
    """The sources that a file names, for none may be unused."""
    named = set()
    for path in paths_of(document):
        part = document
        for key in path:
            part = part[key]  # type: ignore[index]
        if isinstance(part, str):
            named.add(part)
    return {"sources": {name: about for name, about in SOURCES.items() if name in named}}


@st.composite
def folders(draw: st.DrawFn) -> tuple[str, str, str]:
    """A file of tariffs with its sources, one of the two changed, now and then with a stroke through it."""
    name = draw(st.sampled_from(FILES))
    right, sources = RIGHT[name], sources_of(RIGHT[name])
    if draw(st.integers(0, 3)):
        content = text_of(draw(altered([right])))
        if not draw(st.integers(0, 5)):
            place = draw(st.integers(0, max(len(content) - 1, 0)))
            content = content[:place] + draw(STROKES) + content[place + draw(st.integers(0, 3)) :]
        return name, content, text_of(sources)
    return name, text_of(right), text_of(draw(altered([sources])))


def written(folder: Path, name: str, content: str, sources: str) -> None:
    for path in folder.rglob("*.yaml"):
        path.unlink()
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8", errors="surrogatepass")
    (folder / SOURCES_FILE).write_text(sources, encoding="utf-8", errors="surrogatepass")


def test_a_right_folder_of_one_file_is_sound(tmp_path: Path) -> None:
    for name, right in RIGHT.items():
        written(tmp_path, name, text_of(right), text_of(sources_of(right)))
        assert check(tmp_path) == []
        tariffs(tmp_path)


def test_a_changed_tariff_file_is_sound_or_refused(tmp_path: Path) -> None:
    def make(found: tuple[str, str, str]) -> Ended:
        written(tmp_path, *found)
        ended = called(lambda: load_tariffs(tmp_path))
        faults = called(lambda: told.extend(check(tmp_path)))
        if ended.code == 0:
            assert told == [], "sound for a run, not for a check"
            tariffs(tmp_path)
        elif faults.code == 0:
            assert told, "refused by a run, sound for a check"
            assert not [line for line in told if "\n" in line or len(line) > 1500], "a fault of several lines"
        told.clear()
        return faults if faults.faults else ended

    told: list[str] = []
    looked(make, folders())
