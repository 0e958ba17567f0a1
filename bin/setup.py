"""The work of bin/setup: a virtual environment with exactly the locked packages. Needs nothing but Python."""

import fcntl
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "installed"
PYTHON = VENV / "bin" / "python"
FROM_SOURCE = "localstripe"
"""Of the tests; there is no wheel of it. All else comes ready made, so that installing it runs no code."""


def main(locks: list[str]) -> None:
    """Make or mend the environment; several at once wait for each other."""
    try:
        VENV.mkdir(exist_ok=True)
        with (VENV / ".setup-lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            ensure_environment()
            for lock in locks:
                install(lock)
            link_source()
    except PermissionError as error:
        sys.exit(f"{error.filename} cannot be written by this user; Visavis needs to write in {ROOT}.")


def ensure_environment() -> None:
    """Make the environment anew unless its Python and pip work."""
    if PYTHON.exists() and succeeds(PYTHON, "-c", "import pip"):
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "Python's module venv is missing. On Debian and Ubuntu it comes with: "
            f"apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv"
        )
    say("Making the environment in .venv")
    shutil.rmtree(STAMPS, ignore_errors=True)
    if not succeeds(sys.executable, "-m", "venv", VENV, quiet=False):
        sys.exit("The environment in .venv could not be made; the lines above say why.")


def install(lock: str) -> None:
    """Install a lock file, every file checked against its hash; remember it when done."""
    wanted, stamp = ROOT / lock, STAMPS / lock
    if stamp.exists() and stamp.read_bytes() == wanted.read_bytes():
        return
    say(f"Installing the packages of {lock}")
    command = [
        PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--require-hashes", "--only-binary", ":all:", "--no-binary", FROM_SOURCE,
        "--root-user-action", "ignore", "--requirement", wanted,
    ]  # fmt: skip
    if not succeeds(*command, quiet=False):
        sys.exit(f"The packages of {lock} could not be installed; the lines above say why.")
    STAMPS.mkdir(exist_ok=True)
    shutil.copyfile(wanted, stamp)


def link_source() -> None:
    """Let the environment find the package in src, wherever the folder is moved."""
    (packages,) = VENV.glob("lib/python3.*/site-packages")
    (packages / "visavis-source.pth").write_text("../../../../src\n")


def succeeds(*command: object, quiet: bool = True) -> bool:
    """Run a program; `quiet` hides what it says."""
    output = subprocess.DEVNULL if quiet else sys.stderr
    arguments = [str(part) for part in command]
    return subprocess.run(arguments, stdout=output, stderr=output, check=False).returncode == 0  # noqa: S603


def say(what: str) -> None:
    """Progress goes to standard error: standard output belongs to the program that starts next."""
    print(what, "…", file=sys.stderr, flush=True)


main(sys.argv[1:])
