"""A throwaway PostgreSQL: a cluster of its own in a temporary folder, on a free port, gone afterwards.

initdb refuses root, so as root everything runs as the user ``postgres``. Nothing is synced to disk: for tests only.
"""

from __future__ import annotations

import getpass
import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from tests.support.ports import free_port, stop_program
from tests.support.programs import missing

FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=128MB",
    "autovacuum=off",
    "shared_buffers=64MB",
    "timezone=UTC",
)


def postgres_folder() -> Path:
    """The newest installed server's programs; without any, the test is skipped or fails."""
    in_path = shutil.which("initdb")
    installed = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: float(path.split("/")[4]))
    found = in_path or (installed[-1] if installed else None)
    if found is None:
        missing("PostgreSQL is missing: apt-get install -y --no-install-recommends postgresql")
    return Path(found).resolve().parent


class Postgres:
    """``with Postgres() as server: server.new_database()`` gives the SQLAlchemy URL of a database of one's own."""

    def __init__(self) -> None:
        self.programs = postgres_folder()
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="mailbot-pg-"))
        is_root = os.getuid() == 0
        self._as = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups") if is_root else ()
        self.user = "postgres" if is_root else getpass.getuser()
        self._databases = 0

    def __enter__(self) -> Postgres:
        if self._as:
            shutil.chown(self.folder, "postgres", "postgres")
        self._run(
            "initdb",
            "-D",
            self._cluster,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        options = [
            part for setting in (*FAST, "max_connections=100", "listen_addresses=127.0.0.1") for part in ("-c", setting)
        ]
        with open(self.folder / "log", "wb") as log:
            self._server = subprocess.Popen(
                [
                    *self._as,
                    self.programs / "postgres",
                    "-D",
                    self._cluster,
                    "-p",
                    str(self.port),
                    "-k",
                    self.folder,
                    *options,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
            )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)  # "fast": sessions are ended
            try:
                self._server.wait(15)
            except subprocess.TimeoutExpired:
                stop_program(self._server)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _cluster(self) -> str:
        return str(self.folder / "data")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def new_database(self, template: str = "template0") -> str:
        """The URL of a new database, a copy of ``template`` (which nobody may be connected to)."""
        self._databases += 1
        name = f"test_{self._databases}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove it, with whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        command = [*self._as, str(self.programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", env=environment, timeout=60)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        ready = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, cwd="/").returncode:
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text("utf-8", "replace"))
            time.sleep(0.02)
