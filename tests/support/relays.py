"""A real TURN server (Debian's coturn) that knows one secret, for tests of calls through a relay."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.servers import await_true, free_port


@contextmanager
def relay(folder: Path, secret: str) -> Iterator[str]:
    """Runs until it is left; the address that browsers are given."""
    program = shutil.which("turnserver")
    if program is None:
        _missing("No coturn here; bin/test installs it where it may")
    address, port = _own_address(), free_port()
    command = [
        program, "-n", f"--listening-ip={address}", f"--relay-ip={address}", f"--listening-port={port}",
        "--use-auth-secret", f"--static-auth-secret={secret}", "--realm=visavis.test", "--no-tls",
        "--no-dtls", "--no-cli", f"--userdb={folder / 'turndb'}", f"--pidfile={folder / 'turn.pid'}",
        "--log-file=stdout", "--simple-log",
    ]  # fmt: skip
    with (folder / "turn.log").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, cwd=folder)
    try:
        await_true(lambda: _answers(address, port), within=30, why="coturn did not begin")
        yield f"turn:{address}:{port}?transport=udp"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _own_address() -> str:
    """One that browsers use: they leave the loopback out."""
    for addresses in psutil.net_if_addrs().values():
        for each in addresses:
            if each.family == socket.AF_INET and not each.address.startswith("127."):
                return str(each.address)
    return _missing("No network here besides the loopback, which browsers never offer to each other")


def _answers(address: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0


def _missing(reason: str) -> str:
    if os.environ.get("CI") and "coturn" in reason:
        pytest.fail(reason)
    pytest.skip(reason)
