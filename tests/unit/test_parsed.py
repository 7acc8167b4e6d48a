"""The project's own files are parsed once: what is kept is what the parser gives, or it is parsed again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from sim import data, parsed
from sim.errors import InputError

OWN = sorted(
    path
    for folder in (data.data_folder("tariffs"), data.data_folder("scenarios"))
    for path in folder.rglob("*.yaml")
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(parsed.CACHE_VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept" / "documents"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number each time that the parser is asked."""
    found: list[int] = []
    original = data._reader

    def counted() -> Any:
        found.append(1)
        return original()

    monkeypatch.setattr(data, "_reader", counted)
    return found


def test_a_second_reading_gives_the_same_document_and_asks_no_parser(place, reads):
    """Types too: `repr` tells 1 from True and 1.0, and a date from its text."""
    some = OWN[:: max(len(OWN) // 12, 1)]
    first = [repr(data.read_document(path)) for path in some]
    asked = len(reads)
    assert asked == len(some)
    assert [repr(data.read_document(path)) for path in some] == first
    assert len(reads) == asked
    assert len(list(place.iterdir())) == len({path.read_bytes() for path in some})


def test_a_damaged_entry_is_parsed_again_and_mended(place, reads):
    path = data.data_folder("tariffs") / "sources.yaml"
    expected = data.read_document(path)
    (entry,) = place.iterdir()
    whole = entry.read_bytes()
    for at in (0, 40, 64, 65, len(whole) // 2, len(whole) - 1):
        entry.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        asked = len(reads)
        assert data.read_document(path) == expected
        assert len(reads) == asked + 1
        assert entry.read_bytes() == whole
    for part in (b"", whole[:30], whole[:-1]):
        entry.write_bytes(part)
        assert data.read_document(path) == expected
        assert entry.read_bytes() == whole


@pytest.mark.parametrize(
    "document",
    [
        {"on": dt.date(2026, 1, 1), "years": {2026: "1.50", 2027: None}, "list": [True, 1, 1.0, {}]},
        {"a": {"b": [{1: dt.date(1990, 2, 28)}, []]}, "é": "ü \u2028"},
    ],
)
def test_what_is_kept_comes_back_as_it_was(place, document):
    parsed.keep("some text", document)
    assert repr(parsed.kept("some text")) == repr(document)
    assert parsed.kept("another text") is None


@pytest.mark.parametrize("value", [dt.datetime(2026, 1, 1, 12), float("nan"), {1, 2}, (1, 2), b"x"])
def test_what_json_would_not_give_back_is_not_kept(place, value):
    parsed.keep("some text", {"key": value})
    assert parsed.kept("some text") is None


def test_the_oldest_go_when_there_are_too_many(place, monkeypatch):
    monkeypatch.setattr(parsed, "MOST_KEPT_DOCUMENTS", 3)
    for number in range(6):
        parsed.keep(f"text {number}", {"number": number})
    assert len(list(place.iterdir())) == 3
    assert parsed.kept("text 5") == {"number": 5}
    assert parsed.kept("text 0") is None


def test_files_of_a_user_are_not_kept_and_faults_are_told_each_time(place, tmp_path):
    mine = tmp_path / "mine.yaml"
    mine.write_text("name: mine\n", "utf-8")
    assert data.read_document(mine) == {"name": "mine"}
    assert not place.exists()
    mine.write_text("name: mine\nname: other\n", "utf-8")
    for _ in range(2):
        with pytest.raises(InputError, match="stands twice"):
            data.read_document(mine)


def test_without_a_folder_to_write_in_files_are_read_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv(parsed.CACHE_VARIABLE, str(tmp_path / "file"))
    (tmp_path / "file").write_text("no folder", "utf-8")
    path = OWN[0]
    assert data.read_document(path) == data.read_document(path)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
