"""Run folders: Parquet tables with a fixed schema, a manifest, finished tasks, a lock."""

from sim.store.arrow import decode, empty, encode, ordered, parquet_bytes, parquet_rows
from sim.store.atomic import checksum, json_bytes, make_folder, remove, seal, unseal, write_bytes
from sim.store.comparison import COMPARED, COMPARISON, is_comparison, read_comparison
from sim.store.documents import as_written, opened, read_document, sealed, write_document
from sim.store.folder import (
    KEEPS,
    MANIFEST,
    SCHEMA_VERSION,
    RunFolder,
    StudyPlace,
    folder_lock,
    parts_path,
    read_file,
    read_manifest,
    sidecar_path,
    table_path,
    whole_task,
    wrote,
)
from sim.store.identity import code_digest, versions
from sim.store.read import KPIS_SCHEMA, Made, StoredRun, StoredTasks, load_run
from sim.store.reports import write_report
from sim.store.study import Study, StudyFolder
from sim.store.verify import verify

__all__ = [
    "COMPARED",
    "COMPARISON",
    "KEEPS",
    "KPIS_SCHEMA",
    "MANIFEST",
    "Made",
    "SCHEMA_VERSION",
    "folder_lock",
    "RunFolder",
    "StoredRun",
    "StoredTasks",
    "Study",
    "StudyFolder",
    "StudyPlace",
    "as_written",
    "checksum",
    "code_digest",
    "decode",
    "empty",
    "encode",
    "is_comparison",
    "json_bytes",
    "load_run",
    "make_folder",
    "opened",
    "ordered",
    "parquet_bytes",
    "parquet_rows",
    "parts_path",
    "read_comparison",
    "read_document",
    "read_file",
    "read_manifest",
    "remove",
    "seal",
    "sealed",
    "sidecar_path",
    "table_path",
    "unseal",
    "verify",
    "versions",
    "whole_task",
    "write_bytes",
    "write_document",
    "write_report",
    "wrote",
]
