"""What every column of every table means, read off the schema and `columns.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sim.api.counted import MADE_COLUMNS, TABLE_NAMES, column_name
from sim.api.facade import facade
from sim.data import read_document
from sim.errors import LANGUAGES, InputError
from sim.later import pd
from sim.schema import TABLES, Field


@facade
def dictionary(lang: str = "nl") -> pd.DataFrame:
    """What every column of the tables of a run means.

    Columns: table, column, type, values (of a category whose words are known), meaning. Raises InputError for
    another language.

    Parameters
    ----------
    lang : {"nl", "en"}
    """
    if lang not in LANGUAGES:
        raise InputError("dictionary: lang {lang!r}; give {languages}", lang=lang, languages=LANGUAGES)
    known = _meanings()
    rows = []
    for table in TABLE_NAMES:
        for name, (kind, values) in _columns(table).items():
            meaning = known[table].get(name) or known["all"][name]
            rows.append((table, name, kind, ", ".join(values), meaning[lang]))
    return pd.DataFrame(rows, columns=["table", "column", "type", "values", "meaning"])


def _columns(table: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Kind and words of every column of a table, in order."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {
        "replication": ("integer", ()),
        "cluster": ("category", ()),
    }
    for field in TABLES[table]:
        found[column_name(field)] = (_kind(field), tuple(word for word in field.codes or () if word))
    found |= MADE_COLUMNS.get(table, {})
    if table == "declarations":
        del found["gross_eur"]  # it is called eur there
    return found


def _kind(field: Field) -> str:
    name = column_name(field)
    if field.codes is not None:
        return "category"
    if name == "eur" or name.endswith("_eur"):
        return "euro"
    if name != field.name or name in ("date", "moment"):
        return "timestamp"
    return {"bool": "yes or no"}.get(field.dtype, "integer")


@cache
def _meanings() -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = read_document(Path(__file__).with_name("columns.yaml"))
    return {name: known.get(name, {}) for name in ("all", *TABLE_NAMES)}
