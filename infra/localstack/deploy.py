"""`make deploy-local`: what the Pulumi program declares, created on whatever answers at an endpoint."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra import bundle, pythons
from infra.aws.program import program as ours
from infra.localstack.creators import CREATORS
from infra.localstack.creators.account import REGION, Account
from infra.localstack.creators.creator import Made, Refused
from infra.localstack.engine import Outputs, Resource, evaluate
from infra.localstack.look_up import look_up

STACK = "local"


class Undeployed(Exception):
    """The sentence that says which resource stands in the way."""


@dataclass(frozen=True)
class LeftOut:
    type: str
    name: str
    why: str


@dataclass(frozen=True)
class Deployed:
    outputs: Mapping[str, Any]
    created: int
    left_out: tuple[LeftOut, ...]


def deploy(
    endpoint: str,
    *,
    config: Mapping[str, str],
    program: Callable[[], None] = ours,
    seen: Callable[[Resource], None] = lambda resource: None,
) -> Deployed:
    """Create what is not there, change what is; what is no longer declared stays until the emulator stops.

    `seen` hears of each resource when it stands.
    """
    builder = _Builder(Account(endpoint), seen)
    outputs = evaluate(
        program,
        stack=STACK,
        config={**defaults(endpoint), **config},
        create=builder.create,
        look_up=partial(look_up, builder.account),
    )
    return Deployed(outputs, len(builder.created), tuple(builder.left_out))


def defaults(endpoint: str) -> dict[str, str]:
    """A stack that fits this machine."""
    return {
        "aws:region": REGION,
        "astrolabe:address": f"{endpoint}/_aws/execute-api/{{id}}/{{stage}}",
        "astrolabe:architecture": bundle.this_machine(),
        "astrolabe:databaseCa": "none",
        "astrolabe:durable": "false",
        "astrolabe:mailFrom": "no-reply@astrolabe.test",
        "astrolabe:python": pythons.for_functions()[0],
        "astrolabe:ratesUrl": "",  # it reaches nobody
    }


class _Builder:
    """Called from several threads at once, which only ever add."""

    def __init__(self, account: Account, seen: Callable[[Resource], None]) -> None:
        self.account, self._seen = account, seen
        self.created: list[Resource] = []
        self.left_out: list[LeftOut] = []

    def create(self, resource: Resource) -> tuple[str, Outputs]:
        made = self._made(resource)
        if made.left_out:
            self.left_out.append(LeftOut(resource.type, resource.name, made.left_out))
        else:
            self.created.append(resource)
        self._seen(resource)
        return made.id, made.outputs

    def _made(self, resource: Resource) -> Made:
        creator = CREATORS.get(resource.type)
        if creator is None:
            raise Undeployed(
                f"{resource.type} {resource.name}: infra/localstack/creators neither creates this type"
                " nor says why it is left out"
            )
        try:
            return creator(self.account, resource)
        except (BotoCoreError, ClientError, Refused) as error:
            raise Undeployed(f"{resource.type} {resource.name}: {error}") from error
