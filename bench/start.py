"""How long `bin/run` takes: from nothing (wheels cached), and the second time."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from time import monotonic, sleep

from tests.support.databases import short_folder
from tests.support.servers import answers, environment, free_port

from bench.table import Row

ROOT = Path(__file__).parent.parent
_PATIENCE = 300.0  # seconds


def measure() -> list[Row]:
    """A fresh copy of the sources, started twice."""
    with short_folder() as folder:
        copy = folder / "visavis"
        _copy(copy)
        cold, warm = _start(copy), _start(copy)
    return [
        Row(
            "bin/run from nothing", cold, 60, note="wheels cached; until the demonstration answers", unit="s"
        ),
        Row("bin/run the second time", warm, 5, unit="s"),
    ]


def _copy(target: Path) -> None:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def _start(folder: Path) -> float:
    port = free_port()
    began = monotonic()
    with (folder / "run.log").open("a") as log:
        process = subprocess.Popen(
            [str(folder / "bin" / "run")], cwd=folder, env=environment(port=port),
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        while not answers(f"http://127.0.0.1:{port}/health/ready"):
            if process.poll() is not None or monotonic() - began > _PATIENCE:
                raise RuntimeError("bin/run did not start:\n" + (folder / "run.log").read_text()[-2000:])
            sleep(0.02)
        return monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
