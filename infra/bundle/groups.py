"""Which layer a function takes: the dependency group that has what its imports reach."""

import re
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from infra.bundle.bytecode import Unbuildable
from infra.bundle.closure import packages
from infra.discover import ROOT, Function

PROJECT = ROOT.parent
BASE = "base"
RUNTIME = {"boto3", "botocore"}  # what Lambda brings itself


@cache
def layers() -> dict[str, frozenset[str]]:
    """Each with what it has of its own. A group that includes `base` itself is a layer, as `base` is."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    groups: dict[str, list[Any]] = project["dependency-groups"]
    on_base = {"include-group": BASE}
    return {name: _own(wanted) for name, wanted in groups.items() if name == BASE or on_base in wanted}


def group(function: Function) -> str:
    """The layer that brings what the function reaches beyond base; a function has one."""
    reached = {_normal(name) for top in packages(function.module) - RUNTIME for name in _distributions(top)}
    found = [name for name, own in layers().items() if name != BASE and own & reached] or [BASE]
    if len(found) > 1:
        raise Unbuildable(
            f"{function.name} reaches packages of {' and '.join(found)}: a function has one layer."
        )
    if missing := reached - requirements(found[0]):
        raise Unbuildable(f"{function.name} imports {', '.join(sorted(missing))}, which no layer brings.")
    return found[0]


@cache
def requirements(group: str) -> frozenset[str]:
    """What the group's file pins, by name."""
    pinned = re.findall(r"^([\w.-]+)==", requirement_file(group).read_text(), re.MULTILINE)
    return frozenset(map(_normal, pinned))


def requirement_file(group: str) -> Path:
    return PROJECT / "layers" / f"{group}.txt"


def _own(wanted: list[Any]) -> frozenset[str]:
    return frozenset(_normal(re.split(r"[^\w.-]", one)[0]) for one in wanted if isinstance(one, str))


def _distributions(top: str) -> list[str]:
    return _installed().get(top, [top])


@cache
def _installed() -> dict[str, list[str]]:
    return dict(packages_distributions())


def _normal(name: str) -> str:
    """As every index writes it, whatever the author did."""
    return re.sub(r"[-_.]+", "-", name).lower()
