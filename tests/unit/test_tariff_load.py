"""A tariff folder is read strictly: each fault is one line that names file and key."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from sim.catalogue import check, load_tariffs
from sim.errors import InputError
from sim.law.care import products_without_a_rule

PRODUCT = """\
products:
  zvw.test.dag:
    title: "Een dag"
    law: Zvw
    unit: dag
    step_per_unit: 1
    eigen_risico: true
    module: ziekenhuis
    provider: ziekenhuis
    rule: H12/spoed_ic
    values:
      - {from: 2024-01-01, to: 2025-01-01, eur: "10.00", kind: maximum, source: nza}
      - from: 2025-01-01
        to: 2026-01-01
        eur: "11.00"
        kind: assumption
        source: nza
        range: ["10.00", "12.00"]
        reason: "geschat"
"""
PARAMETER = """\
parameters:
  own_payments.test.cap:
    title: "Een grens"
    law: Zvw
    article: "Zvw 19"
    unit: eur/jaar
    values:
      - {from: 2024-01-01, to: 2027-01-01, value: "385.00", kind: fixed, source: wet}
      - {from: 2026-01-01, to: 2028-01-01, value: "460.00", kind: fixed, source: wet, projected: true}
"""
SOURCES = """\
sources:
  nza: {title: "NZa", url: "https://nza.nl", read: full, confidence: high}
  wet: {title: "Wet", url: null, read: copy, confidence: high}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small sound tariff folder."""
    (tmp_path / "zvw").mkdir()
    (tmp_path / "own_payments").mkdir()
    (tmp_path / "zvw" / "test.yaml").write_text(PRODUCT)
    (tmp_path / "own_payments" / "test.yaml").write_text(PARAMETER)
    (tmp_path / "sources.yaml").write_text(SOURCES)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_a_sound_folder_loads_and_has_no_faults(folder: Path) -> None:
    assert check(folder) == []
    book = load_tariffs(folder)
    assert book.value("zvw.test.dag", dt.date(2025, 12, 31)).amount == Decimal("11.00")
    assert book.ids == ("zvw.test.dag",)
    assert book.parameter_ids == ("own_payments.test.cap",)


def test_the_tariffs_of_the_project_have_no_faults() -> None:
    assert check() == []


FAULTS = [
    # old text, new text, key in the message, fault in the message
    (
        'eur: "10.00"',
        "eur: 10.00",
        "products.zvw.test.dag.values[0].eur (line 12)",
        "10.0 is not a quoted decimal",
    ),
    ('eur: "10.00"', "eur: 10", "values[0].eur", "10 is not a quoted decimal"),
    ('eur: "10.00"', 'eur: "10,00"', "values[0].eur", "'10,00' is not a decimal number"),
    ('eur: "10.00"', 'eur: "NaN"', "values[0].eur", "not a finite number"),
    ('eur: "10.00"', 'eur: "10.005"', "values[0]", "not a whole number of cents"),
    ('eur: "10.00"', 'eur: "-1.00"', "values[0]", "of 0 or more"),
    (
        "step_per_unit: 1",
        "step_per_units: 1",
        "products.zvw.test.dag.step_per_units (line 6)",
        "did you mean 'step_per_unit'?",
    ),
    ("    eigen_risico: true\n", "", "products.zvw.test.dag.eigen_risico", "is missing"),
    ("eigen_risico: true", 'eigen_risico: "ja"', "products.zvw.test.dag.eigen_risico", "'ja'"),
    ("    module: ziekenhuis\n", "", "products.zvw.test.dag.module", "is missing; give one of ziekenhuis, "),
    ("module: ziekenhuis", "module: overig", "products.zvw.test.dag.module", "'overig' is none of"),
    ("    provider: ziekenhuis\n", "", "products.zvw.test.dag.provider", "is missing; give one of "),
    ("provider: ziekenhuis", "provider: zorg", "products.zvw.test.dag.provider", "'zorg' is none of"),
    (
        "    rule: H12/spoed_ic\n",
        "",
        "products.zvw.test.dag",
        "needs one of two: rule, the key in docs/rules",
    ),
    ("rule: H12/spoed_ic", "rule: spoed", "products.zvw.test.dag.rule", "'spoed'"),
    ("step_per_unit: 1", "step_per_unit: 0", "products.zvw.test.dag.step_per_unit", "0"),
    ("law: Zvw", "law: Zwv", "products.zvw.test.dag.law (line 4)", "'Zwv' is none of 'Zvw'"),
    ("law: Zvw", "law: Wlz", "products.zvw.test.dag.law", "is Wlz, but the id says Zvw"),
    ("zvw.test.dag", "zzw.test.dag", "products.zzw.test.dag", "names no law"),
    ("kind: maximum", "kind: max", "values[0].kind", "'max' is none of 'maximum'"),
    ("to: 2025-01-01, eur", "to: 2024-12-01, eur", "values[1]", "leaves a gap from 2024-12-01 to 2025-01-01"),
    (
        "to: 2025-01-01, eur",
        "to: 2025-02-01, eur",
        "values[1]",
        "overlaps: it starts on 2025-01-01, before 2025-02-01",
    ),
    (
        "to: 2025-01-01, eur",
        "to: 2023-01-01, eur",
        "values[0]",
        "'to' 2023-01-01 lies not after 'from' 2024-01-01",
    ),
    ("from: 2024-01-01", 'from: "2024-01-01"', "values[0].from", "2024-01-01"),
    ("source: nza}", "source: nzaa}", "values[0].source", "no source 'nzaa'; did you mean 'nza'?"),
    ('        range: ["10.00", "12.00"]\n', "", "values[1]", "kind assumption needs range"),
    ('        reason: "geschat"\n', "", "values[1]", "kind assumption needs a reason"),
    ('range: ["10.00", "12.00"]', 'range: ["11.50", "12.00"]', "values[1]", "lies outside its range"),
    (
        "kind: assumption",
        "kind: reference",
        "products.zvw.test.dag.values",
        "mixes the kinds maximum, reference",
    ),
    (
        "    values:",
        "    price: invoice\n    values:",
        "products.zvw.test.dag",
        "has price: invoice and values",
    ),
    ('title: "Een dag"', 'title: "Een dag"\n    title: "Twee"', "line 4", "stands twice"),
    ("products:", "product:", "product (line 1)", "did you mean 'products'?"),
    (PRODUCT, "products: {}\n", "test.yaml", "holds neither products nor parameters"),
    (PRODUCT, "- a\n- b\n", "test.yaml", "holds no mapping"),
    (PRODUCT, "products: [\n", "line", "not YAML"),
]


@pytest.mark.parametrize(("old", "new", "key", "fault"), FAULTS)
def test_a_fault_is_one_line_with_file_key_and_what_is_wrong(
    folder: Path, old: str, new: str, key: str, fault: str
) -> None:
    path = folder / "zvw" / "test.yaml"
    edit(path, old, new)
    with pytest.raises(InputError) as caught:
        load_tariffs(folder)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert key in text
    assert fault in text
    assert "\n" not in text
    assert text in check(folder)


def test_a_gap_is_allowed_when_it_is_stated_with_a_reason(folder: Path) -> None:
    path = folder / "zvw" / "test.yaml"
    edit(path, "to: 2025-01-01, eur", "to: 2024-07-01, eur")
    path.write_text(
        path.read_text() + '    gap:\n      - {from: 2024-07-01, to: 2025-01-01, reason: "onbekend"}\n'
    )
    book = load_tariffs(folder)
    with pytest.raises(
        InputError, match="no value on 2024-08-01; valid 2024-01-01 up to 2024-07-01, 2025-01-01"
    ):
        book.value("zvw.test.dag", dt.date(2024, 8, 1))


def test_a_gap_after_the_last_value_or_over_a_value_is_a_fault(folder: Path) -> None:
    path = folder / "zvw" / "test.yaml"
    sound = path.read_text()
    path.write_text(sound + '    gap:\n      - {from: 2026-01-01, to: 2027-01-01, reason: "onbekend"}\n')
    assert "gap[0]" in check(folder)[0]
    assert "lies outside the values" in check(folder)[0]
    path.write_text(sound + '    gap:\n      - {from: 2024-06-01, to: 2024-07-01, reason: "onbekend"}\n')
    assert any("overlaps" in line for line in check(folder))


def test_an_unused_source_is_a_fault(folder: Path) -> None:
    edit(
        folder / "sources.yaml",
        "  wet:",
        '  krant: {title: "Krant", url: null, read: none, confidence: low}\n  wet:',
    )
    assert check(folder) == [
        f"{folder / 'sources.yaml'}: sources.krant (line 3): no value names this source; remove it"
    ]


def test_a_further_source_of_a_value_must_be_listed_too(folder: Path) -> None:
    edit(folder / "zvw" / "test.yaml", "source: nza}", "source: nza, also: [wet, krant]}")
    assert "no source 'krant'; list it in sources.yaml" in check(folder)[0]


def test_a_source_listed_twice_is_a_fault(folder: Path) -> None:
    edit(
        folder / "sources.yaml",
        "  wet:",
        '  nza: {title: "NZa", url: null, read: none, confidence: low}\n  wet:',
    )
    with pytest.raises(InputError, match=r"sources\.yaml: line 3: key 'nza' stands twice"):
        load_tariffs(folder)


def test_a_folder_without_sources_is_a_fault(folder: Path) -> None:
    (folder / "sources.yaml").unlink()
    with pytest.raises(InputError, match=r"sources\.yaml: no such file"):
        load_tariffs(folder)


def test_an_id_in_two_files_is_a_fault(folder: Path) -> None:
    (folder / "zvw" / "zz.yaml").write_text(PRODUCT)
    (line,) = check(folder)
    assert line.startswith(
        f"{folder / 'zvw' / 'zz.yaml'}: products.zvw.test.dag (line 2): stands also in products"
    )


def test_an_id_that_is_product_and_parameter_is_a_fault(folder: Path) -> None:
    edit(folder / "own_payments" / "test.yaml", "own_payments.test.cap", "zvw.test.dag")
    (line,) = check(folder)
    assert "stands also in" in line


def test_a_file_outside_a_folder_of_its_law_is_a_fault(folder: Path) -> None:
    (folder / "los.yaml").write_text("a: 1\n")
    (folder / "zvw" / "deep").mkdir()
    (folder / "zvw" / "deep" / "x.yaml").write_text("a: 1\n")
    (folder / "zvw" / "x.yml").write_text("a: 1\n")
    assert len([line for line in check(folder) if "use <law>/<group>.yaml" in line]) == 3


def test_a_check_reports_all_faults_at_once(folder: Path) -> None:
    edit(folder / "zvw" / "test.yaml", 'eur: "10.00"', "eur: 10.00")
    edit(folder / "own_payments" / "test.yaml", "    article:", "    artikel:")
    faults = check(folder)
    assert len(faults) == 3  # one price, one unknown key, one missing key
    assert any("no such key; did you mean 'article'?" in line for line in faults)
    assert any("article (line 2): is missing" in line for line in faults)


def test_a_planned_value_may_lie_over_others_and_replaces_them_when_switched_on(folder: Path) -> None:
    """385 until 2027; the plan 460 holds from 2026 to 2028."""
    plain = load_tariffs(folder)
    planned = load_tariffs(folder, projected=["own_payments.test.cap"])
    assert plain.parameter("own_payments.test.cap", dt.date(2026, 5, 1)).amount == 385
    assert planned.parameter("own_payments.test.cap", dt.date(2025, 12, 31)).amount == 385
    assert planned.parameter("own_payments.test.cap", dt.date(2026, 1, 1)).amount == 460
    assert planned.parameter("own_payments.test.cap", dt.date(2027, 5, 1)).amount == 460
    with pytest.raises(InputError):
        plain.parameter("own_payments.test.cap", dt.date(2027, 5, 1))


def test_two_planned_values_may_not_overlap(folder: Path) -> None:
    path = folder / "own_payments" / "test.yaml"
    line = path.read_text().splitlines()[-1]
    path.write_text(path.read_text() + line + "\n")
    assert "overlaps" in check(folder)[0]


def test_an_edited_file_changes_the_digest_and_the_values(folder: Path) -> None:
    before = load_tariffs(folder)
    edit(folder / "zvw" / "test.yaml", 'eur: "10.00"', 'eur: "10.01"')
    after = load_tariffs(folder)
    assert before.digest() != after.digest()
    day = dt.date(2024, 1, 1)
    assert (before.value("zvw.test.dag", day).cents, after.value("zvw.test.dag", day).cents) == (1000, 1001)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        load_tariffs(tmp_path / "weg")


def test_a_product_whose_rule_is_not_in_the_register_is_refused(folder: Path) -> None:
    edit(folder / "zvw" / "test.yaml", "rule: H12/spoed_ic", "rule: H12/spoed_id")
    fault = (
        f"{folder / 'zvw' / 'test.yaml'}: products.zvw.test.dag.rule: "
        "no rule 'H12/spoed_id' in the register; did you mean 'H12/spoed_ic'?"
    )
    assert products_without_a_rule(load_tariffs(folder)) == [fault]


def test_every_product_of_the_project_has_a_rule_of_the_register() -> None:
    assert products_without_a_rule(load_tariffs()) == []
