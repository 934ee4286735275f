"""Calling the functions as AWS does: by the events of API Gateway, the queues and the clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from infra.discover import Function, entry_files, function
from infra.local.proxy import request_event
from shared import clock


@dataclass(frozen=True)
class Context:
    function_name: str
    aws_request_id: str = "test"
    memory_limit_in_mb: int = 512

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Api:
    """The HTTP faces, called in process through their Lambda handlers."""

    address: str = "203.0.113.7"
    token: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def signed_in(self, token: str) -> "Api":
        return Api(self.address, token, self.headers)

    def at(self, address: str) -> "Api":
        return Api(address, self.token, self.headers)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", path, json.dumps(body).encode() if body is not None else b"", headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send("DELETE", path, headers=headers)

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {"content-type": "application/json", **self.headers, **(headers or {})}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        function, _ = face(urlsplit(path).path)
        event = http_event(method, path, body, headers=sent, address=self.address)
        result = function.handler(event, Context(function.name))
        return _answer(result)


def http_event(
    method: str, path: str, body: bytes = b"", *, headers: Mapping[str, str], address: str = "203.0.113.7"
) -> dict[str, Any]:
    url = urlsplit(path)
    sent = {"host": "127.0.0.1", **headers}
    scope = {
        "raw_path": url.path.encode(),
        "method": method,
        "query_string": url.query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": (address, 50_000),
        "server": ("127.0.0.1", 8000),
        "http_version": "1.1",
    }
    _, prefix = face(url.path)
    return request_event(scope, body, prefix=prefix, request_id=str(uuid4()), now=clock.now())


@cache
def faces() -> tuple[Function, ...]:
    return tuple(function(path) for path in entry_files() if path.stem.endswith("api"))


def face(path: str) -> tuple[Function, str]:
    """The function that answers a path: the one with the longest matching prefix."""
    matching = [
        (prefix, function)
        for function in faces()
        for prefix in function.trigger.paths
        if path == prefix or path.startswith(prefix + "/")
    ]
    prefix, function = max(matching, key=lambda found: len(found[0]))
    return function, prefix


def _answer(result: Mapping[str, Any]) -> Answer:
    headers = {name.lower(): value for name, value in (result.get("headers") or {}).items()}
    headers |= {name.lower(): values[-1] for name, values in (result.get("multiValueHeaders") or {}).items()}
    return Answer(result["statusCode"], headers, result["body"] or "")
