"""A Dask scheduler with certificates is used, one without refused, and one of our own listens here only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import dask
import distributed
import psutil
import pytest

import sim
from sim.errors import InputError
from sim.runs.cluster import run_on_cluster

assert distributed  # its settings must be there before one of them is changed
ROOT = Path(sim.__file__).resolve().parents[1]
NUMBERS = [-3, -1, 4]
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


def certificates(folder: Path) -> Mapping[str, str]:
    """An authority, and a certificate for this machine that it signed: Dask's settings of them."""
    folder.mkdir()

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl(
        "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority"
    )
    openssl("req", *key, "-keyout", "own.key", "-out", "own.csr", "-subj", "/CN=127.0.0.1")
    (folder / "own.ext").write_text("subjectAltName=IP:127.0.0.1\n", encoding="utf-8")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "own.ext")
    openssl("x509", "-req", "-in", "own.csr", *signed, "-out", "own.pem")
    own = {"cert": str(folder / "own.pem"), "key": str(folder / "own.key")}
    settings = {"distributed.comm.tls.ca-file": str(folder / "ca.pem")}
    for role in ("client", "scheduler", "worker"):
        settings |= {f"distributed.comm.tls.{role}.{name}": path for name, path in own.items()}
    return settings


def process(folder: Path, settings: Mapping[str, str], program: str, *words: str) -> subprocess.Popen[bytes]:
    named = {
        f"DASK_{name.replace('.', '__').replace('-', '_').upper()}": value for name, value in settings.items()
    }
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{program}", *words],
        env={**os.environ, **named, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Address of a scheduler that asks certificates, with one worker, and the settings that fit."""
    settings = certificates(tmp_path / "right")
    place = tmp_path / "scheduler.json"
    words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--protocol", "tls")
    scheduler = process(tmp_path, settings, "scheduler", *words, "--scheduler-file", str(place))
    started = [scheduler]
    try:
        deadline = time.monotonic() + 120
        address = ""
        while not address and time.monotonic() < deadline and scheduler.poll() is None:
            time.sleep(0.1)
            try:
                address = json.loads(place.read_text(encoding="utf-8"))["address"]
            except (OSError, ValueError):
                continue
        assert address.startswith("tls://127.0.0.1:")
        words = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
        started.append(process(tmp_path, settings, "worker", address, *words))
        yield address, settings
    finally:
        for each in started:
            each.kill()
            each.wait()


@needs_openssl
@pytest.mark.slow
def test_a_scheduler_with_certificates_is_used_and_others_are_refused(
    tmp_path: Path, secured: tuple[str, Mapping[str, str]]
) -> None:
    address, settings = secured
    patient = {"distributed.comm.timeouts.connect": "60s"}
    with dask.config.set({**settings, **patient}):
        assert dict(run_on_cluster(abs, NUMBERS, 1, address)) == {0: 3, 1: 1, 2: 4}
    quick = {"distributed.comm.timeouts.connect": "2s"}
    strangers = certificates(tmp_path / "others")
    for given in ({}, strangers):
        with dask.config.set({**given, **quick}), pytest.raises(InputError) as caught:
            list(run_on_cluster(abs, NUMBERS, 1, address))
        assert str(caught.value).startswith(f"--scheduler {address}: no ")
        assert "\n" not in str(caught.value)
    plain = address.replace("tls://", "tcp://")
    with dask.config.set(quick), pytest.raises(InputError, match="no scheduler answers"):
        list(run_on_cluster(abs, NUMBERS, 1, plain))


@pytest.mark.slow
def test_a_cluster_of_this_machine_listens_to_this_machine_only() -> None:
    """The scheduler and its workers take code from whoever reaches them, so nobody else may."""
    results = run_on_cluster(abs, NUMBERS, 1, "local")
    assert next(results)[1] in (1, 3, 4)
    here = psutil.Process()
    listening = {
        (each.pid, connection.laddr.ip)
        for each in (here, *here.children(recursive=True))
        for connection in each.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    list(results)
    assert {address for _, address in listening} == {"127.0.0.1"}
    assert len({pid for pid, _ in listening}) >= 2, "a scheduler here, and a worker"
