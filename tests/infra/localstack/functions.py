"""Functions of a local AWS, made and called by boto3: code and layer as zips, two seconds for each call."""

import base64
import io
import json
import socket
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config

from infra import pythons
from infra.localstack.emulator import Emulator

RUNTIME = f"python{pythons.for_functions()[0]}"
BY_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
LAYER = {"python/layered.py": "WORDS = 'from the layer'\n"}
DOES = """
import ctypes, os, subprocess, sys, time
import layered

def handler(event, context):
    return globals()[event.get("does", "answers")](event, context)

def answers(event, context):
    return {"heard": event, "layer": layered.WORDS, "pid": os.getpid(), "python": sys.version_info[:2],
            "arn": context.invoked_function_arn, "id": context.aws_request_id,
            "left": context.get_remaining_time_in_millis()}

def shows_itself(event, context):
    return {"environment": dict(os.environ), "path": sys.path}

def speaks(event, context):
    print("a line of its own")

def raises(event, context):
    raise LookupError("no such thing")

def gives_a_set(event, context):
    return {1, 2}

def ends(event, context):
    os._exit(3)

def crashes(event, context):
    ctypes.string_at(0)

def gives(event, context):
    return "x" * event["bytes"]

def sleeps(event, context):
    time.sleep(event["seconds"])
    return os.getpid()

def hangs(event, context):
    child = subprocess.Popen(["sleep", "600"])
    with open(event["tell"], "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    time.sleep(600)
"""


@dataclass(frozen=True)
class Answer:
    body: Any
    error: str | None
    log: str


class Functions:
    """What `DOES` can do is in the function `does`."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._client.publish_layer_version(LayerName="spoken", Content={"ZipFile": zipped(LAYER)})
        self.make("does", {"does.py": DOES})

    @staticmethod
    @contextmanager
    def of(emulator: Emulator) -> Iterator["Functions"]:
        once = Config(retries={"total_max_attempts": 1}, read_timeout=20, max_pool_connections=20)
        with (
            closing(client_of(emulator.url, "iam")) as iam,
            closing(client_of(emulator.url, "lambda", config=once)) as client,
        ):
            iam.create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(BY_LAMBDA))
            yield Functions(client)

    def make(self, name: str, files: dict[str, str], *, runtime: str = RUNTIME) -> None:
        (layer,) = self._client.list_layer_versions(LayerName="spoken")["LayerVersions"]
        self._client.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role="arn:aws:iam::000000000000:role/any",
            Handler=f"{name}.handler",
            Code={"ZipFile": zipped(files)},
            Layers=[layer["LayerVersionArn"]],
            Timeout=2,
            Environment={"Variables": {"OWN": "value"}},
        )
        waiter = self._client.get_waiter("function_active_v2")
        waiter.wait(FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})

    def call(self, name: str = "does", **event: Any) -> Answer:
        answer = self._client.invoke(FunctionName=name, Payload=json.dumps(event), LogType="Tail")
        log = base64.b64decode(answer.get("LogResult", "")).decode()  # MiniStack leaves out an empty one
        return Answer(json.load(answer["Payload"]), answer.get("FunctionError"), log)


def client_of(url: str, service: str, **more: Any) -> Any:
    key = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", **{**key, **more})  # type: ignore[call-overload]


def zipped(files: dict[str, str]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return written.getvalue()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def listens_on(processes: list[psutil.Process]) -> set[str]:
    opened: list[Any] = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # gone meanwhile, as a database's do
            opened += process.net_connections()
    return {each.laddr.ip for each in opened if each.status == psutil.CONN_LISTEN}


def told_of(folder: Path) -> list[psutil.Process]:
    """Every process that was started for this folder, or works in it."""
    found = []
    for process in psutil.process_iter():
        try:
            known = (*process.environ().values(), process.cwd())
        except psutil.Error:  # gone meanwhile
            continue
        if any(str(folder) in value for value in known):
            found.append(process)
    return found
