"""A resource type and the function that creates it, or that says why it is left out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.localstack.creators.account import Account
from infra.localstack.engine import Resource


class Refused(Exception):
    """What stands in the way, where no exception of AWS says it."""


@dataclass(frozen=True)
class Made:
    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    left_out: str = ""  # why there is none of it, or what stands in its place


Creator = Callable[[Account, Resource], Made]

CREATORS: dict[str, Creator] = {}


def creates(*types: str) -> Callable[[Creator], Creator]:
    def keep(creator: Creator) -> Creator:
        CREATORS.update(dict.fromkeys(types, creator))
        return creator

    return keep


def name_of(resource: Resource) -> str:
    """Pulumi adds random letters to a name that the program leaves open: here nothing else is in the way."""
    return str(resource.inputs.get("name", resource.name))
