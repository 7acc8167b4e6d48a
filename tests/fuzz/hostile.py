"""Inputs that broke the program once, or could: each by name, as a kind of file with its bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
from documents import FORM, KINDS, OVERLAY, SUBSIDY, changed, yaml_text

BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
)
MERGE = "base: &b {extends: basis_2026}\n<<: *b\n"


SHORT = (
    "empty",
    "not utf-8",
    "control character",
    "anchor bomb",
    "merge key",
    "nested lists",
    "empty int tag",
)
"""What every kind of file meets; the rest goes through the same reader."""


def texts() -> Iterator[tuple[str, bytes]]:
    """What no file may be, whatever its kind."""
    yield "empty", b""
    yield "bom only", b"\xef\xbb\xbf"
    yield "not utf-8", b"name: \xff\xfe"
    yield "NUL", b"name: a\0b\n"
    yield "control character", b"name: a\x1bb\n"
    yield "escaped NUL", b'title: "a\\0b"\n'
    yield "escaped half of a character", b'title: "\\ud800"\n'
    yield "anchor bomb", BOMB.encode()
    yield "merge key", MERGE.encode()
    yield "alias to itself", b"name: &x [*x]\n"
    yield "nested lists", b"a: " + b"[" * 2000
    yield "nested closed lists", b"a: " + b"[" * 2000 + b"]" * 2000
    yield "nested mappings", b"{a: " * 2000
    yield "nested block lists", b"- " * 2000
    yield "nested block keys", b"? " * 2000
    yield "many unknown keys", "".join(f"k{n}: 1\n" for n in range(20_000)).encode()
    yield "long key", b"k" * 900_000 + b": 1\n"
    yield "key of megabytes", b"k" * 10_000_000 + b": 1\n"
    yield "long text", b"name: " + b"x" * 900_000 + b"\n"
    yield "long number", b"seed: " + b"9" * 5000 + b"\n"
    yield "empty int tag", b'seed: !!int ""\n'
    yield "float tag", b"seed: !!float abc\n"
    yield "python tag", b"name: !!python/object/apply:os.system [ls]\n"
    yield "timestamp tag", b"date: !!timestamp abc\n"
    yield "binary tag", b"name: !!binary aGFsbG8=\n"
    yield "omap", b"name: !!omap [a: 1, a: 2]\n"
    yield "set", b"name: !!set {a, b}\n"
    yield "list as key", b"? [a, b]\n: c\n"
    yield "null key", b"? \n: c\n"
    yield "two documents", b"a: 1\n---\nb: 2\n"
    yield "only a number", b"12\n"
    yield "directive", b"%YAML 9.9\n---\na: 1\n"
    yield "tabs", b"\ta:\t1\n"
    yield "date of year 1", b"date: 0001-01-01\n"
    yield "date that is none", b"date: 2026-02-30\n"
    yield "a date as key", b"2026-01-01: 1\n"


def _all(kind: str, *changes: tuple[tuple[str | int, ...], Any]) -> Iterator[tuple[str, bytes]]:
    (first, *_) = KINDS[kind].right()
    for path, value in changes:
        yield (
            f"{'.'.join(map(str, path))} = {str(value)[:40]}",
            yaml_text(changed(first, path, value)).encode(),
        )


def _area(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(KINDS["area"].right()[0]))
    for key, value in changes.items():
        (found if key in found else found["regions"][0])[key] = value
    return found


def _given(value: float) -> dict[str, Any]:
    return {"value": value, "kind": "source", "source": "x"}


def files() -> Iterator[tuple[str, str, bytes]]:
    """Kind, name and bytes of every hostile file."""
    for name, content in texts():
        yield "case", name, content
        if name in SHORT:
            yield from ((kind, name, content) for kind in KINDS if kind != "case")
    set_ = [
        ("prices.elv_contract_factor", 1e9),
        ("prices.bth_day_factor", 1e308),
        ("home.hours_per_week.mean", 1e308),
        ("ceiling.applies", float("nan")),
        ("ceiling.applies", float("inf")),
        ("horizon.count_from", "1800-01-01"),
        ("horizon.count_to", "9999-12-31"),
        ("horizon.warmup_days", 10**400),
        ("seed", -1),
        ("seed", 10**400),
        ("replications", 10**9),
        ("places.extra_beds.hch", 10**9),
        ("places.extra_beds.hch", -(10**9)),
        ("x" * 100_000, 1),
        ("a." * 5000, 1),
        ("", 1),
        (".", 1),
        ("hospice..patience", 1),
    ]
    for path, value in set_:
        document = OVERLAY | {"set": [{"path": path, "value": value}]}
        yield "scenario", f"set {path[:40]} = {str(value)[:40]}", yaml_text(document).encode()
    for name in ("/some/where/victim", "../..", "..", "", "manifest.json", "a\\b", "x" * 300, "a\nb", " "):
        yield "scenario", f"name {name[:40]!r}", yaml_text(OVERLAY | {"name": name}).encode()
        yield "scenario", f"extends {name[:40]!r}", yaml_text(OVERLAY | {"extends": name}).encode()
        yield "scenario", f"combines {name[:40]!r}", yaml_text(OVERLAY | {"combines": [name]}).encode()
        yield "area", f"name {name[:40]!r}", yaml_text(_area(name=name)).encode()
        yield "area", f"region {name[:40]!r}", yaml_text(_area(id=name)).encode()
        yield "area", f"cluster {name[:40]!r}", yaml_text(_area(cluster=name)).encode()
    for path in ("/dev/zero", "/dev/null", "/proc/self/mem", "/etc/passwd", "/", "x" * 5000 + ".yaml"):
        yield "scenario", f"extends {path[:40]}", yaml_text(OVERLAY | {"extends": path}).encode()
        yield "scenario", f"area {path[:40]}", yaml_text(OVERLAY | {"area": path}).encode()
    for share in (0, 0.5, 10_000_000, -1, 1e308, float("nan")):
        yield "area", f"national share {share}", yaml_text(_area(national_share=_given(share))).encode()
    for deaths in (0, -1, 500_001, 1e308, float("inf")):
        yield "area", f"deaths {deaths}", yaml_text(_area(palliative_deaths=_given(deaths))).encode()
    for people in (0, -1, 10**400, 1e308, 0.5):
        yield "area", f"people {str(people)[:20]}", yaml_text(_area(population=people)).encode()
    yield "area", "copies", yaml_text(_area(copies=1000)).encode()
    yield "area", "no regions", yaml_text(_area(regions=[])).encode()
    yield "area", "sites twice", yaml_text(_area(sites=[_area()["regions"][0]["sites"][0]] * 2)).encode()
    for changes in (
        ("year", 0),
        ("year", 9999),
        ("year", 10**400),
        ("year", -1),
        ("ceiling_eur", 1e308),
        ("ceiling_eur", float("nan")),
        ("national_need_eur", 1e-320),
        ("organisations", []),
        ("organisations", [SUBSIDY["organisations"][0]] * 6000),  # type: ignore[index]
    ):
        yield (
            "subsidy",
            f"{changes[0]} = {str(changes[1])[:20]}",
            yaml_text(SUBSIDY | dict([changes])).encode(),
        )
    for key, value in (
        ("months_active", 10**400),
        ("months_active", -1),
        ("clients", {}),
        ("clients", {2024: 10**30}),
        ("clients", {"x": 1}),
        ("nurses_fte", 1e308),
        ("nurses_fte", 1e-300),
        ("name", ""),
    ):
        one = SUBSIDY["organisations"][0] | {key: value}  # type: ignore[index]
        yield "subsidy", f"{key} = {str(value)[:20]}", yaml_text(SUBSIDY | {"organisations": [one]}).encode()
    yield from (
        ("case", *found)
        for found in _all(
            "case",
            (("patient", "born"), "0001-01-01"),
            (("patient", "born"), "9999-12-31"),
            (("patient", "died"), "9999-12-31"),
            (("journey", 0, "from"), "1800-01-01"),
            (("journey", -1, "to"), "9999-12-31"),
            (("journey",), []),
            (("title",), "x" * 10_000),
            (("patient", "already_used"), {"eigen_risico_eur": {0: 1}}),
            (("patient", "already_used"), {"eigen_risico_eur": {10**400: 1}}),
            (("patient", "insurance"), {"hospice_cover": {"per_day_eur": 1e308, "max_days": 10**400}}),
            (("care",), [{"product": "x" * 10_000, "date": "2026-01-01"}]),
            (("care",), [{"product": "zvw.farmacie", "date": "2026-01-01", "quantity": 1e-300}]),
            (("care",), [{"product": "zvw.farmacie", "date": "2026-01-01", "amount_eur": 10**400}]),
        )
    )


def forms() -> Iterator[tuple[str, str, bytes]]:
    """Ending, name and bytes of every hostile form of a region."""

    def text(*rows: list[str]) -> bytes:
        return "\n".join(";".join(row) for row in rows).encode()

    head, first, *_ = FORM
    for column, value in (
        (1, "9" * 400),
        (1, "1e999"),
        (1, "nan"),
        (1, "0,5"),
        (1, "-1"),
        (1, "1"),
        (2, "250001"),
        (2, "inf"),
        (0, "../../.."),
        (0, "\x1b[31m"),
        (0, "=cmd()"),
        (0, "x" * 100_000),
        (0, "a\0b"),
        (3, "../x"),
        (3, "…"),
        (5, "x" * 100_000),
        (6, "9" * 400),
        (6, "1,5"),
        (6, "-4"),
        (7, "misschien"),
    ):
        row = [*first[:column], value, *first[column + 1 :]]
        yield "csv", f"column {column} = {value[:20]!r}", text(head, row)
        yield "xlsx", f"column {column} = {value[:20]!r}", book([head, row])
    yield "csv", "empty", b""
    yield "csv", "only a head", text(head)
    yield "csv", "no head", text(first)
    yield "csv", "open quote", text(head, ['"' + "x" * 300_000])
    yield "csv", "many columns", text(head, first + ["x"] * 5000)
    yield (
        "csv",
        "many rows",
        text(head, *[[f"r{n}", *first[1:3], f"s{n}", *first[4:]] for n in range(12_000)]),
    )
    yield (
        "csv",
        "many regions",
        text(head, *[[f"r{n}", "1000", "1", f"s{n}", "x", "hch", "1", ""] for n in range(3000)]),
    )
    yield "csv", "separators", b";" * 900_000
    yield "csv", "not utf-8", b"regio;\xff\n"
    yield "csv", "too large", b"x" * 2_000_000
    yield "xlsx", "no zip", b"PK\x03\x04 no more"
    yield "xlsx", "empty", b""
    yield "xlsx", "stray blank far below", book(FORM, {"A200000": " "})
    yield "xlsx", "stray word at the end", book(FORM, {"XFD1048576": "x"})
    yield "xlsx", "infinite number", book(FORM, {"B2": 1e300}, {"1e+300": "1e999", "1E+300": "1e999"})
    yield "xlsx", "formula without a value", book(FORM, {"B2": "=1/0"})
    yield "xlsx", "date where a number belongs", book(FORM, {"B2": __import__("datetime").date(2026, 1, 1)})
    yield "xlsx", "zip bomb", _zip({"xl/worksheets/sheet1.xml": b"\0" * 200_000_000})
    yield "xlsx", "entities", _with_entities()
    yield "xlsx", "row number without end", book(FORM, {}, {'r="2"': 'r="99999999999"'})
    yield "xlsx", "part missing", _without("xl/workbook.xml")


def book(
    rows: list[list[str]], cells: dict[str, Any] | None = None, replaced: dict[str, str] | None = None
) -> bytes:
    """A workbook of the form, with cells set and raw XML of its sheet replaced."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Plaatsen"
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            with_text = "".join(mark for mark in value if mark.isprintable())[:32_000]
            sheet.cell(number, column, with_text)
    for place, value in (cells or {}).items():
        sheet[place] = value
    stream = io.BytesIO()
    made.save(stream)
    if not replaced:
        return stream.getvalue()
    with zipfile.ZipFile(stream) as parts:
        found = {name: parts.read(name) for name in parts.namelist()}
    name = "xl/worksheets/sheet1.xml"
    for old, new in replaced.items():
        found[name] = found[name].replace(old.encode(), new.encode())
    return _zip(found)


def _zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return stream.getvalue()


def _with_entities() -> bytes:
    with zipfile.ZipFile(io.BytesIO(book(FORM))) as parts:
        found = {name: parts.read(name) for name in parts.namelist()}
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "x">{entities}]>'
    name = "xl/worksheets/sheet1.xml"
    found[name] = bomb.encode() + found[name].split(b"?>", 1)[-1].replace(b"Noord", b"&a8;")
    return _zip(found)


def _without(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book(FORM))) as parts:
        return _zip({part: parts.read(part) for part in parts.namelist() if part != name})


def options() -> Iterator[list[str]]:
    """Commands whose options have no sense; each must be refused before anything is simulated."""
    run = ["run", "basis_2026"]
    for seed in ("-1", "9" * 400, "x", "1.5", "nan"):
        yield [*run, "--seed", seed]
    for count in ("0", "-1", "1000001", "9" * 400, "nan"):
        yield [*run, "--replications", count]
    for jobs in ("0", "-1", "x"):
        yield [*run, "--jobs", jobs]
    for area in ("..", "", "/dev/zero", "/", "x" * 5000, "manifest.json", "\x1b"):
        yield [*run, "--area", area]
    for scenario in ("..", "", "/dev/zero", "/", "x" * 5000, "targets", "a/b.yaml"):
        yield ["run", scenario]
        yield ["compare", "basis_2026", scenario]
        yield ["bill", scenario]
        yield ["subsidy", scenario]
        yield ["report", scenario or "/"]
    for norm in (
        "wait_days<=nan@0.9",
        "wait_days<=inf@0.9",
        "wait_days<=1e308@0.9",
        "refused<=nan",
        "x" * 9000,
        "wait_days<=3@nan",
        "occupancy<=-1",
        "",
        "wait_days<=" + "9" * 400 + "@0.9",
    ):
        yield ["capacity", "middenland", "--norm", norm]
    for growth, years in (("nan", "5"), ("inf", "5"), ("0.02", "9" * 400), ("0.02", "100000"), ("-2", "5")):
        yield ["capacity", "middenland", "--growth", growth, "--years", years]
    for precision in ("cost=nan", "cost=inf", "cost=1e400", "x" * 9000 + "=1", "=1", "cost="):
        yield ["compare", "basis_2026", "wmo_2027", "--precision", precision]
    for first, last in (("0", "1"), ("9999", "99999"), ("2030", "2026"), ("9" * 400, "2030")):
        yield ["budget", "basis_2026", "--from", first, "--to", last]
    for parameter in ("x" * 9000, "", "..", "ceiling.applies.value.value"):
        yield ["sensitivity", "wmo_2027", "--against", "basis_2026", "--parameter", parameter]
    yield ["tariffs", "show", "x" * 9000]
    yield ["tariffs", "show", "zvw.wijkverpleging", "--date", "9999-99-99"]
    yield ["tariffs", "show", "zvw.wijkverpleging", "--date", "0000-01-01"]
    yield ["explain", "/", "9" * 400]
    yield ["export", "/", "--format", "csv"]
    yield ["web", "--port", "-1", "--no-browser"]
    yield ["web", "--port", "99999999999", "--no-browser"]
