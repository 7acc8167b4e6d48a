"""A simulated patient of a stored run: his timeline and his bill, every line down to article and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pydantic import ValidationError

from sim import store
from sim.billing.explain import Line, lines_of, lost_of, one_patient, timeline
from sim.billing.not_declared import beside_patient
from sim.catalogue import TariffBook
from sim.dates import date_of
from sim.errors import InputError, Message
from sim.law.parameters import Parameters
from sim.ledger import own_book, price, refuse_missing_rules, settings_from, with_own_rules
from sim.ledger.prices import PriceTable
from sim.ledger.remarks import AS_IT_IS, Remark, Wording, euros
from sim.scenario import Scenario
from sim.scenario.own import Own, own_tariffs_of
from sim.schema import NEVER, PATIENT_TABLES, TABLES, Table

if TYPE_CHECKING:
    from sim.billing.case_bill import Bill


@dataclass(frozen=True)
class Explained:
    """A simulated patient."""

    run: Path
    replication: int
    cluster: str
    patient: Mapping[str, Any]  # values by attribute, as text where it is a date or an amount
    bill: Bill  # declarations, own payments, unfunded care; `bill.events` is the timeline
    book: TariffBook

    @property
    def timeline(self) -> tuple[dict[str, Any], ...]:
        """Stays, Wlz periods and refusals in order of time."""
        return self.bill.events

    def _repr_html_(self) -> str:
        """Timeline and bill, for a notebook."""
        steps = "".join(f"<li>{escape(_step(event))}</li>" for event in self.timeline)
        return f"<ul>{steps}</ul>{self.bill._repr_html_()}"

    def declaration(self, id: int) -> Line:
        """One declaration; InputError when the patient has no such one."""
        for line in self.bill.lines:
            if line.id == id:
                return line
        known = [line.id for line in self.bill.lines]
        there = (
            Message("there are {first} to {last}", first=known[0], last=known[-1])
            if known
            else Message("there are none")
        )
        raise InputError(
            "declaration {id}: not of patient {patient_id}; {there}",
            id=id,
            patient_id=self.patient["patient_id"],
            there=there,
        )

    def as_json(self, declaration: int | None = None, words: Wording = AS_IT_IS) -> dict[str, Any]:
        """The patient as a document, every declaration opened; or one declaration only.

        By default titles are as the files have them and remarks in English.
        """
        place = {"run": str(self.run), "replication": self.replication, "cluster": self.cluster}
        if declaration is not None:
            opened = self.declaration(declaration).opened(self.book, words)
            return {**place, "patient_id": self.patient["patient_id"], "declaration": opened}
        bill = self.bill.as_json(words)
        del bill["title"], bill["attributed"]
        return {
            **place,
            "patient_id": self.patient["patient_id"],
            "attributes": dict(self.patient),
            "timeline": list(self.timeline),
            **bill,
            "declarations": [line.opened(self.book, words) for line in self.bill.lines],
        }


def _step(event: Mapping[str, Any]) -> str:
    """One event as words: its values, but for those that are not there."""
    return ", ".join(f"{key} {value}" for key, value in event.items() if value not in (None, ""))


def explain_patient(
    run: Path | str, patient_id: int, book: TariffBook, replication: int | None = None, own: Own | None = None
) -> Explained:
    """Timeline and bill of a patient of a stored run; the ledger is computed again from the journey.

    By default of the first replication that the run holds; `own` are the rules that priced it, where it had
    any. Raises InputError when the folder is no finished run, does not keep the journey, or lacks the
    patient.
    """
    folder, own = Path(run), own or Own()
    manifest = store.load_run(folder).manifest
    if manifest["keep"] == "kpis":
        raise InputError("{folder}: keeps no journeys; run with --keep journey or --keep all", folder=folder)
    wanted = 0 if replication is None else replication
    if not 0 <= wanted < manifest["replications"]:
        raise InputError(
            "--replication {wanted}: the run holds 0 to {replications}; choose one of them",
            wanted=wanted,
            replications=manifest["replications"] - 1,
        )
    cluster = _cluster_of(folder, manifest, wanted, patient_id)
    refuse_missing_rules(manifest, own)
    book = own_book(book, own_tariffs_of(manifest))
    tables = one_patient({name: _read(folder, name, wanted, cluster) for name in PATIENT_TABLES}, patient_id)
    settings = settings_from(_scenario(folder, manifest))
    rules = with_own_rules(settings.rules(), own)
    ledger = price(tables, book, rules, settings)
    lines = lines_of(ledger.declarations, ledger.shares, ledger.years, book, rules, dated=False)
    warnings = [Remark("fallback", what=what, year=settings.basis_year) for what in ledger.fallbacks]
    if manifest["hashes"]["tariffs"] != book.digest():
        warnings.append(Remark("tariffs_changed"))
    elif manifest["keep"] == "all":
        lines, changed = _as_stored(folder, wanted, cluster, patient_id, lines)
        warnings += changed
    from sim.billing.case_bill import Bill  # a run loads no bills

    bill = Bill(
        f"{manifest['scenario']['name']}: {patient_id}",
        lines,
        lost_of(ledger.unfunded, book),
        warnings=tuple(warnings),
        events=tuple(timeline(tables)),
        beside=beside_patient(
            tables,
            ledger,
            rules,
            Parameters(book, settings.basis_year),
            PriceTable(settings.book(book), settings.basis_year),
        ),
    )
    return Explained(folder, wanted, cluster, _attributes(tables["patients"]), bill, book)


def _scenario(folder: Path, manifest: Mapping[str, Any]) -> Scenario:
    try:
        return Scenario.model_validate({**manifest["scenario"], "replications": manifest["replications"]})
    except ValidationError:
        raise InputError(
            "{folder}: made by another version of the program; run the scenario again", folder=folder
        ) from None


def _read(folder: Path, name: str, replication: int, cluster: str) -> Table:
    path = store.table_path(name, replication, cluster)
    try:
        return store.decode(name, store.read_file(folder, path))
    except (OSError, pa.ArrowException):
        raise InputError(
            "{folder}: damaged; give the run's command again with --resume", folder=folder / path
        ) from None


def _cluster_of(folder: Path, manifest: Mapping[str, Any], replication: int, patient_id: int) -> str:
    for cluster in manifest["clusters"]:
        known = _read(folder, "patients", replication, cluster)["patient_id"]
        if np.any(known == patient_id):
            return str(cluster)
    first = _read(folder, "patients", replication, manifest["clusters"][0])["patient_id"]
    some = [int(id) for id in first[:2]]
    raise InputError(
        "patient {patient_id}: not in {folder}; its patients begin {some}",
        patient_id=patient_id,
        folder=folder,
        some=some,
    )


def _as_stored(
    folder: Path, replication: int, cluster: str, patient_id: int, lines: tuple[Line, ...]
) -> tuple[tuple[Line, ...], list[Remark]]:
    """The lines under their stored numbers; a note when the stored ledger is another."""
    stored = _read(folder, "declarations", replication, cluster)
    rows = np.flatnonzero(stored["patient_id"] == patient_id)
    rows = rows[np.argsort(stored["declaration_id"][rows], kind="stable")]
    gross = [line.gross_cents for line in lines]
    if stored["gross_cents"][rows].tolist() != gross:
        return lines, [Remark("program_changed")]
    ids = stored["declaration_id"][rows].tolist()
    return tuple(replace(line, id=int(id)) for line, id in zip(lines, ids, strict=True)), []


def _attributes(patients: Table) -> dict[str, Any]:
    """One patient's columns: words, dates and euros as text."""
    out: dict[str, Any] = {}
    for field in TABLES["patients"]:
        value = patients[field.name][0]
        if field.codes is not None:
            out[field.name] = patients.words(field.name)[int(value)]
        elif field.name.endswith("_minute"):
            day = None if value == NEVER else date_of(int(value)).isoformat()
            out[field.name.removesuffix("_minute")] = day
        elif field.name.endswith("_cents"):
            out[field.name.removesuffix("_cents") + "_eur"] = euros(int(value))
        else:
            out[field.name] = value.item()
    return out
