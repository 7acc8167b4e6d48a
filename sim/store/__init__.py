"""Run folders: Parquet tables with a fixed schema, a manifest, finished tasks, a lock."""

from sim.store.arrow import decode, empty, encode, ordered, parquet_bytes, parquet_rows
from sim.store.atomic import checksum, json_bytes, seal, unseal, write_bytes
from sim.store.folder import (
    COMPARISON,
    MANIFEST,
    SCHEMA_VERSION,
    FolderLock,
    RunFolder,
    clear_studies,
    parts_path,
    read_comparison,
    read_file,
    read_manifest,
    sidecar_path,
    table_path,
    whole_task,
)
from sim.store.identity import code_digest, versions
from sim.store.read import KPIS_SCHEMA, StoredRun, StoredTables, is_comparison, load_run

__all__ = [
    "COMPARISON",
    "KPIS_SCHEMA",
    "MANIFEST",
    "SCHEMA_VERSION",
    "FolderLock",
    "RunFolder",
    "StoredRun",
    "StoredTables",
    "checksum",
    "clear_studies",
    "code_digest",
    "decode",
    "empty",
    "encode",
    "is_comparison",
    "json_bytes",
    "load_run",
    "ordered",
    "parquet_bytes",
    "parquet_rows",
    "parts_path",
    "read_comparison",
    "read_file",
    "read_manifest",
    "seal",
    "sidecar_path",
    "table_path",
    "unseal",
    "versions",
    "whole_task",
    "write_bytes",
]
