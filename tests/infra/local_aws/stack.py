"""The product as `astrolabe deploy-local` put it on a local AWS, and what a test asks of it from outside."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_string, policy
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import URL, text

from infra.database import engine
from infra.localstack.creators.account import Account
from infra.localstack.creators.database import SECRET
from tests import web

Found = TypeVar("Found")
PATIENCE = 200.0  # seconds: the relay wakes a minute after it was deployed
MAILBOXES = ("/_ministack/ses/messages", "/_aws/ses")


@dataclass(frozen=True)
class Stack:
    endpoint: str
    enforces_iam: bool
    url: str  # of the API
    functions: dict[str, str]  # ours → AWS's name
    account: Account

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """Uncompressed: LocalStack does not know that `*/*` is binary."""
        headers = {"Accept-Encoding": "identity", **given.pop("headers", {})}
        return web.request(method, f"{self.url}{path}", headers=headers, timeout=40, **given)

    def invoke(self, function: str, event: Any = None) -> dict[str, Any]:
        answer = self.account.client("lambda").invoke(
            FunctionName=self.functions[function], Payload=json.dumps(event or {})
        )
        return {"error": answer.get("FunctionError"), "payload": json.load(answer["Payload"])}

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """As the administrator, who is the only one that looks from outside."""
        held = self.account.client("secretsmanager").get_secret_value(SecretId=SECRET)
        named = json.loads(held["SecretString"])
        place = {"host": named["host"], "port": named["port"], "database": "astrolabe"}
        url = URL.create("postgresql+pg8000", named["username"], named["password"], **place)
        with engine(url).begin() as connection:
            found = connection.execute(text(sql), values)
            return [tuple(row) for row in found] if found.returns_rows else []

    def noticed(self, source: str) -> list[Any]:
        """What a function of the probe has left behind."""
        found = "select details from audit.system_events where source = :source order by created_at, id"
        return [details for (details,) in self.rows(found, source=source)]

    def letter_to(self, address: str) -> str:
        return eventually(lambda: next((text for to, text in self._letters() if to == address), None))

    def _letters(self) -> list[tuple[str, str]]:
        for path in MAILBOXES:
            answer = web.get(f"{self.endpoint}{path}")
            if answer.status_code == 200:
                return list(_read(answer.json()))
        raise AssertionError("no mailbox answers")


def eventually(look: Callable[[], Found | None], *, seconds: float = PATIENCE) -> Found:
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it has not happened"
        time.sleep(0.3)
    return found


def deployed(tree: Path, endpoint: str, *, enforces_iam: bool) -> Stack:
    """By the command that a person types, from a tree of its own."""
    port = endpoint.rpartition(":")[2]
    command = [sys.executable, "-m", "infra.cli", "deploy-local", "--port", port, "--json"]
    ended = subprocess.run(
        command, cwd=tree, env={**os.environ, "PYTHONPATH": str(tree)}, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    outputs = json.loads(ended.stdout)["outputs"]
    return Stack(endpoint, enforces_iam, outputs["url"], outputs["functions"], Account(endpoint))


def _read(mailbox: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """To whom, and what. MiniStack takes a letter apart and keeps it by account; LocalStack does neither."""
    messages = mailbox["messages"]
    for message in messages if isinstance(messages, list) else chain.from_iterable(messages.values()):
        if "RawData" in message:
            letter = message_from_string(message["RawData"], policy=policy.default)
            yield str(letter["To"]), str(letter.get_content())
        else:
            yield message["To"][0], message["BodyText"]
