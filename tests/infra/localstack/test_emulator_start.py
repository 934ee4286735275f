"""What keeps a local AWS from starting says so; what a kill left behind is gone with the next start."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from infra import pythons
from infra.local.home import ROOT as PROJECT
from infra.localstack import emulator as emulators
from infra.localstack import environments, throwaway
from infra.localstack.emulator import Emulator, Refused
from tests.infra.localstack.functions import Functions, client_of, free_port, told_of
from tests.infra.runtime import eventually

STARTS_AND_SLEEPS = """
import sys, time
from infra.localstack import emulator, throwaway
port = int(sys.argv[1])
with throwaway.folder() as folder, emulator.started("ministack", port=port, folder=folder):
    print(folder, flush=True)
    time.sleep(600)
"""
ASKS = """
import boto3
from botocore.exceptions import ClientError
def handler(event, context):
    try:
        boto3.client("sqs").list_queues()
    except ClientError as error:
        return str(error)
    return "allowed"
"""
MAY_ASK = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}],
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of temporary files: a test's own, so that it sees what it left there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@contextmanager
def ministack(folder: Path, *, port: int = 0, auth: bool = False) -> Iterator[Emulator]:
    with emulators.started("ministack", port=port or free_port(), folder=folder, auth=auth) as started:
        yield started


def refusal(folder: Path, port: int) -> str:
    with pytest.raises(Refused) as refused, ministack(folder, port=port):
        pass
    return str(refused.value)


def test_a_port_that_somebody_has_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = refusal(tmp_path, port)
    assert told.startswith(f"Port {port} cannot be used ([Errno 98] Address already in use): choose another")
    assert refusal(tmp_path, 70_000).startswith("Port 70000 cannot be used")


def test_a_local_aws_that_runs_already_is_named(emulator: Emulator, tmp_path: Path) -> None:
    port = int(emulator.url.rpartition(":")[2])
    assert (
        refusal(tmp_path, port) == f"A local AWS answers at {emulator.url} already: use it, or stop it first."
    )


def test_an_emulator_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    with (
        pytest.raises(Refused) as refused,
        emulators.started("ministack", port=free_port(), folder=tmp_path, idle="soon"),
    ):
        pass
    first, *_, last = str(refused.value).splitlines()
    assert first == "ministack did not start. The last that it said:"
    assert last == "ValueError: could not convert string to float: 'soon'"


def test_localstack_is_refused_where_its_python_or_what_is_wanted_of_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(*, auth: bool) -> None:
        with emulators.started("localstack", port=free_port(), folder=tmp_path, auth=auth):
            pass

    with pytest.raises(Refused, match=r"^localstack enforces no IAM: start ministack instead\.$"):
        start(auth=True)
    monkeypatch.setattr(pythons, "LATEST", "3.99")
    with pytest.raises(Refused, match=r"^localstack needs Python 3\.99, and none was found here"):
        start(auth=False)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_a_new_ministack_lacks_stops_the_start_with_a_sentence() -> None:
    """As an upgrade would: the name is taken away before our program looks for it."""
    python = environments.ready("ministack", pythons.for_functions()[0])
    upgraded = (
        "from ministack.services import lambda_svc; del lambda_svc._resolve_layer_zip;"
        "from ministack.core import lambda_runtime; del lambda_runtime.Worker._spawn;"
        "from infra.localstack import ministack; ministack.main()"
    )
    environment = {"PYTHONPATH": str(PROJECT), "LAMBDA_WARM_TTL_SECONDS": "1", "BIND_HOST": "127.0.0.1"}
    ended = subprocess.run(
        [python, "-P", "-c", upgraded], env=environment, capture_output=True, text=True, timeout=20
    )
    assert ended.returncode == 1
    assert ended.stderr == (
        "MiniStack 1.5.33 has no ministack.core.lambda_runtime.Worker._spawn,"
        " ministack.services.lambda_svc._resolve_layer_zip,"
        " which infra/localstack/ministack.py builds on:"
        " pin the version that it was written for, or adapt it.\n"
    )


def test_with_auth_a_function_may_do_only_what_its_role_allows(tmp_path: Path) -> None:
    with (
        ministack(tmp_path, auth=True) as emulator,
        closing(client_of(emulator.url, "iam")) as iam,
        Functions.of(emulator) as functions,
    ):
        functions.make("asks", {"asks.py": ASKS})
        refused = functions.call("asks").body
        assert "assumed-role/any/asks is not authorized to perform: sqs:ListQueues" in refused
        iam.put_role_policy(RoleName="any", PolicyName="may", PolicyDocument=json.dumps(MAY_ASK))
        assert functions.call("asks").body == "allowed"


def test_what_a_killed_parent_left_is_gone_with_the_next_start(place: Path) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_AND_SLEEPS, str(port)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        abandoned = Path(parent.stdout.readline().strip())
        assert abandoned.parent == place
        far = subprocess.Popen(
            ["sleep", "600"], env={"TMPDIR": str(abandoned / "tmp")}, start_new_session=True
        )
        parent.kill()
    assert eventually(lambda: [each.pid for each in told_of(abandoned)] == [far.pid])
    assert abandoned.exists()
    with throwaway.folder() as folder, ministack(folder, port=port):
        assert far.wait(1) == -signal.SIGKILL
        assert [path.name for path in place.iterdir()] == [folder.name]
    assert list(place.iterdir()) == []


def test_a_folder_in_use_and_one_that_is_not_ours_are_left_alone(place: Path) -> None:
    (place / "elsewhere").mkdir()
    (place / "astrolabe-aws-link").symlink_to(place / "elsewhere")
    with throwaway.folder() as one, throwaway.folder() as other:
        assert one.exists()
        assert one != other
        assert os.stat(one).st_mode & 0o777 == 0o700
    assert sorted(path.name for path in place.iterdir()) == ["astrolabe-aws-link", "elsewhere"]
