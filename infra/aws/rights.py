"""What a function may do and must be told, read off the code that it reaches: no list of our own."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from infra.bundle.closure import modules
from infra.discover import Function
from shared.handler import Login

WORDS = {  # a client of AWS, in the words of whoever reads a list
    "events": "send events",
    "kms": "wrap keys",
    "s3": "store objects",
    "ses": "send mail",
    "sqs": "send messages",
}


@dataclass(frozen=True)
class Rights:
    services: frozenset[str]  # of AWS that it has a client of
    secrets: frozenset[str]  # that it asks for by name
    settings: frozenset[str]  # that it reads
    login: Login | None  # to the database
    internet: bool

    @property
    def summary(self) -> tuple[str, ...]:
        """For a person."""
        found = [f"secret {name}" for name in sorted(self.secrets)]
        found += [WORDS[service] for service in sorted(self.services) if service in WORDS]
        found += ["reach the internet"] if self.internet else []
        return (*([f"database as {self.login}"] if self.login else []), *found)


def of(function: Function) -> Rights:
    reached = modules(function.module)
    named = [_named(module) for module in reached]
    return Rights(
        services=frozenset(name for found in named for name in found.services),
        secrets=frozenset(name for found in named for name in found.secrets),
        settings=frozenset(name for found in named for name in found.settings),
        login=function.trigger.login if "shared.db.session" in reached else None,
        internet=function.trigger.internet,
    )


@dataclass(frozen=True)
class _Named:
    services: frozenset[str]
    secrets: frozenset[str]
    settings: frozenset[str]


@cache
def _named(module: str) -> _Named:
    """What stands in one file: `client("kms")`, `secret("jwks")`, `settings().public_url`."""
    spec = find_spec(module)
    source = Path(spec.origin).read_text() if spec and spec.origin else ""
    nodes = list(ast.walk(ast.parse(source)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return _Named(
        services=frozenset(_first_words(calls, of="client")),
        secrets=frozenset(_first_words(calls, of="secret")),
        settings=frozenset(
            node.attr for node in nodes if isinstance(node, ast.Attribute) and _calls(node.value, "settings")
        ),
    )


def _first_words(calls: list[ast.Call], *, of: str) -> Iterator[str]:
    for call in calls:
        match call.args:
            case [ast.Constant(value=str(word)), *_] if _calls(call, of):
                yield word


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
