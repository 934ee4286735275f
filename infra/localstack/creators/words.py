"""Pulumi's words for an input, in AWS's own."""

from collections.abc import Mapping
from typing import Any


def renamed(inputs: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """Those of the inputs that are named here and given, by their other name."""
    return {name: inputs[given] for given, name in names.items() if inputs.get(given) is not None}


def capitals(inputs: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the inputs that AWS calls the same but for the first letter."""
    return renamed(inputs, **{name: _capital(name) for name in names})


def nested(value: Any, **irregular: str) -> Any:
    """All of it, however deep, with first letters made large but where a name is irregular."""
    match value:
        case Mapping():
            return {
                irregular.get(name) or _capital(name): nested(held, **irregular)
                for name, held in value.items()
                if held is not None
            }
        case list():
            return [nested(held, **irregular) for held in value]
    return value


def pairs(values: Mapping[str, str] | None, *, key: str, value: str) -> list[dict[str, str]]:
    """A dictionary as most of AWS takes one."""
    return [{key: name, value: held} for name, held in sorted((values or {}).items())]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
