"""PostgreSQL's own benchmark program, which ours is measured with as well."""

import os
import re
import subprocess
from pathlib import Path

from sqlalchemy import make_url

from infra.local.postgres import cluster
from infra.local.postgres.account import environment


class Pgbench:
    """On one database, as the server's administrator, by the simple protocol."""

    def __init__(self, url: str, *, major: int = 18) -> None:
        target = make_url(url)
        folder, _, port = str(target.query["unix_sock"]).rpartition("/.s.PGSQL.")
        self._program = cluster.programs(major) / "pgbench"
        self._environment = environment() | {
            "PATH": os.environ["PATH"],
            "PGHOST": folder,
            "PGPORT": port,
            "PGUSER": str(target.username),
            "PGPASSWORD": str(target.password),
            "PGDATABASE": str(target.database),
        }

    def prepare(self, *, scale: int) -> None:
        self._run("--initialize", "--quiet", f"--scale={scale}")

    def tpcb(self, *, clients: int, seconds: int) -> float:
        """Microseconds a transaction."""
        return self._measure("--builtin=tpcb-like", clients=clients, seconds=seconds)

    def script(self, file: Path, *, clients: int, seconds: int) -> float:
        return self._measure(f"--file={file}", clients=clients, seconds=seconds)

    def _measure(self, what: str, *, clients: int, seconds: int) -> float:
        told = self._run("--no-vacuum", f"--time={seconds}", f"--client={clients}", "--protocol=simple", what)
        found = re.search(r"^tps = ([\d.]+)", told, re.MULTILINE)
        if found is None or "number of failed transactions: 0 " not in told:
            raise RuntimeError(told)
        return 1e6 / float(found[1])

    def _run(self, *words: str) -> str:
        command = [self._program, *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout
