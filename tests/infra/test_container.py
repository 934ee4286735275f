"""The image, as far as it goes without an engine: what its Containerfile says, and that its commands run."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from json import loads
from pathlib import Path

import pytest
from sqlalchemy import text

from infra.bundle.layer_zip import PLATFORMS, UV
from tests import databases
from tests.architecture.sources import ROOT
from tests.conftest import Database
from tests.infra.runtime import LIMIT, eventually

PLACE = ROOT / "infra" / "container"
IsHealthy = Callable[..., bool]
ADDRESS = "127.0.0.2"  # loopback, and not where it listens unasked


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (PLACE / "Containerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


def all_of(name: str) -> list[str]:
    return [words for instruction, words in instructions() if instruction == name]


def the(name: str) -> str:
    [words] = all_of(name)
    return words


def told() -> dict[str, str]:
    """What it sets itself."""
    return dict(word.split("=", 1) for words in all_of("ENV") for word in shlex.split(words))


def copied() -> list[tuple[str, str]]:
    return [(words.split()[0], words.split()[1]) for words in all_of("COPY")]


def here(command: list[str]) -> list[str]:
    assert command[0] == "python"
    return [sys.executable, *command[1:]]


def started() -> list[str]:
    return here(loads(the("ENTRYPOINT")) + loads(the("CMD")))


def healthy() -> list[str]:
    return here(loads(the("HEALTHCHECK").partition(" CMD ")[2]))


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """What the image has at /app: what is copied, and no more."""
    place = tmp_path / "app"
    for source, target in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (place / target).parent.mkdir(parents=True)
            shutil.copy(ROOT / source, place / target)
    return place


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port = free.getsockname()[1]
    home = {"ASTROLABE_HOME": str(tmp_path / "home"), "LISTEN": ADDRESS, "PORT": str(port)}
    given = {**database.environment, "DATABASE_URL": database.url("app_owner")}
    return {"PATH": os.environ["PATH"], **told(), **given, **home}


@pytest.fixture
def platform(app: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(started(), cwd=app, env=environment, stdout=subprocess.PIPE, text=True)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.fixture
def is_healthy(app: Path, environment: dict[str, str]) -> IsHealthy:
    def look(**other: str) -> bool:
        return subprocess.run(healthy(), cwd=app, env={**environment, **other}).returncode == 0

    return look


def test_its_base_is_one_image_for_ever() -> None:
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", the("FROM"))


def test_it_runs_as_nobody_in_particular_who_owns_its_data_alone() -> None:
    uid, gid = the("USER").split(":")
    assert int(uid) >= 1000
    folders = f"{told()['ASTROLABE_HOME']} {told()['SECRETS_DIR']}"
    made = f"install --directory --owner {uid} --group {gid} --mode 700 {folders}"
    assert made in all_of("RUN")
    assert loads(the("VOLUME")) == [told()["ASTROLABE_HOME"]]


def test_it_is_told_where_to_listen_and_no_secret() -> None:
    assert told() == {
        "ASTROLABE_HOME": "/var/lib/astrolabe",
        "SECRETS_DIR": "/keys",
        "LISTEN": "0.0.0.0",
        "PORT": "8000",
        "PIP_NO_CACHE_DIR": "1",
    }
    assert the("EXPOSE") == told()["PORT"]
    assert all_of("ARG") == []


def test_it_holds_what_it_needs_of_the_tree_and_no_more() -> None:
    sources = [source for source, _ in copied()]
    assert sources == [target for _, target in copied()]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    lines = (PLACE / "Containerfile.dockerignore").read_text().splitlines()
    assert [line.removeprefix("!") for line in lines if line.startswith("!")] == sources
    assert lines[1] == "*"


def test_its_packages_are_pinned_and_there_are_wheels_of_all_for_its_python(tmp_path: Path) -> None:
    [command] = [shlex.split(words) for words in all_of("RUN") if words.startswith("pip ")]
    assert command[:3] == ["pip", "install", "--require-hashes"]
    python = re.search(r"python:(3\.\d+)", the("FROM"))
    assert python
    for platform in PLATFORMS.values():
        place = ["--python", sys.executable, "--target", str(tmp_path)]
        place += ["--python-version", python[1], "--python-platform", platform]
        ended = subprocess.run(
            [UV, *command, *place, "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        assert re.search(r"^ \+ uvicorn==", ended.stderr, re.MULTILINE)


def test_what_it_holds_compiles(app: Path) -> None:
    [command] = [shlex.split(words) for words in all_of("RUN") if words.startswith("python ")]
    subprocess.run(here(command), cwd=app, check=True)
    assert list(app.glob("infra/container/__pycache__/healthy.*.pyc"))


def test_it_is_healthy_while_it_runs_and_stops_when_it_is_told(
    platform: subprocess.Popen[str], is_healthy: IsHealthy
) -> None:
    assert not is_healthy()
    eventually(is_healthy)
    assert not is_healthy(LISTEN="127.0.0.1")

    platform.send_signal(signal.SIGTERM)
    assert platform.wait(LIMIT) == 0
    assert not is_healthy()


def test_it_is_not_healthy_while_its_database_turns_it_away(
    platform: subprocess.Popen[str], is_healthy: IsHealthy, database: Database
) -> None:
    eventually(is_healthy)
    away = "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"
    with databases.connected(database.server.url("postgres", "postgres")) as connection:
        connection.execute(text(f"alter database {database.name} allow_connections false"))
        connection.execute(text(away), {"name": database.name})
    eventually(lambda: not is_healthy())
    assert platform.poll() is None


def test_it_does_not_start_without_a_database_of_its_own(app: Path, environment: dict[str, str]) -> None:
    without = {name: value for name, value in environment.items() if not name.startswith("DATABASE_")}
    ended = subprocess.run(started(), cwd=app, env=without, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"LISTEN={ADDRESS} is for a database of your own (DATABASE_URL): ")
