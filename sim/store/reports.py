"""Reports beside the answer that they show, with their checksums, so that `palsim verify` knows them."""

from __future__ import annotations

from pathlib import Path

from sim.errors import InputError, Message
from sim.store.atomic import checksum, write_bytes
from sim.store.documents import Form, is_mapping_of_texts, read_document, write_document

REPORTS = "reports.json"
_FORM: Form = {"files": is_mapping_of_texts}


def report_checksums(folder: Path) -> dict[str, str]:
    """Checksum of each report of a folder, as it was written; none where there are no reports.

    Raises InputError when the list of reports is not as it was written.
    """
    if not (folder / REPORTS).exists():
        return {}
    missing = Message("write the report again with palsim report")
    mend = Message("remove it and write the report again with palsim report")
    found: dict[str, str] = read_document(folder / REPORTS, _FORM, missing, mend)["files"]
    return {Path(name).name: digest for name, digest in found.items()}


def report_names(folder: Path) -> tuple[str, ...]:
    """Names of the reports of a folder; none where their list is damaged."""
    return tuple(_known(folder))


def _known(folder: Path) -> dict[str, str]:
    """As `report_checksums`; none where the list is damaged, for it is then written anew."""
    try:
        return report_checksums(folder)
    except InputError:
        return {}


def write_report(file: Path, data: bytes, folder: Path) -> None:
    """Write a report; in the folder of the run or study that it shows its checksum is kept."""
    write_bytes(file, data)
    if file.parent.resolve() != folder.resolve():
        return
    there = {name: digest for name, digest in _known(folder).items() if (folder / name).exists()}
    write_document(folder / REPORTS, {"files": {**there, file.name: checksum(data)}})


def remove_reports(folder: Path) -> None:
    """Remove the reports of a folder whose answer is made anew."""
    for name in report_names(folder):
        (folder / name).unlink(missing_ok=True)
    (folder / REPORTS).unlink(missing_ok=True)
