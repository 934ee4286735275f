"""The whole of a stack as files: a change of what AWS is asked for is a diff that somebody reads."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi_aws as aws
import pytest

from infra.localstack.engine import Resource
from tests.contracts.snapshot import UPDATE
from tests.infra.aws.graph import Graph, graph, kind_of

FOLDER = Path(__file__).parent / "graph"
AREAS = {  # by the first part of a kind that fits
    "cloudwatch/event": "wakes",
    "cloudwatch/logGroup": "functions",
    "cloudwatch": "alarms",
    "sns": "alarms",
    "apigateway": "gateway",
    "acm": "names",
    "route53": "names",
    "ses": "names",
    "ec2": "network",
    "vpc": "network",
    "iam": "rights",
    "lambda/eventSourceMapping": "wakes",
    "lambda/permission": "wakes",
    "sqs": "wakes",
    "lambda": "functions",
    "kms": "data",
    "rds": "data",
    "s3": "data",
    "secretsmanager": "data",
}
WIDTH = 110
# What differs by the machine that builds and with each change of code, or is a name once more.
PASSING = {
    "architectures",
    "code",
    "compatibleArchitectures",
    "compatibleRuntimes",
    "runtime",
    "tags",
    "triggers",
}


def area(kind: str) -> str:
    [found, *_] = [area for start, area in AREAS.items() if kind.startswith(start)] or [""]
    assert found, f"{kind} is of no area: add one to AREAS"
    return found


def recorded(graph: Graph) -> dict[str, dict[str, Any]]:
    """By area, kind and name."""
    found: dict[str, dict[str, Any]] = {}
    for one in graph.resources:
        kind = kind_of(one)
        found.setdefault(area(kind), {}).setdefault(kind, {})[one.name] = telling(one)
    return found


def telling(resource: Resource) -> Any:
    """Without what only repeats its name."""
    given = resource.inputs.items()
    inputs = {name: held for name, held in given if name not in PASSING and held != resource.name}
    return unfolded(inputs) | ({"protected": True} if resource.protected else {})


def unfolded(value: Any) -> Any:
    """JSON within JSON shown as what it means."""
    match value:
        case Mapping():
            return {name: unfolded(held) for name, held in value.items()}
        case list():
            return [unfolded(held) for held in value]
        case str() if value.startswith('{"'):
            return unfolded(json.loads(value))
    return value


def written(value: Any, depth: int = 0) -> str:
    """JSON with what fits a line on one line."""
    flat = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if len(flat) + depth <= WIDTH or not isinstance(value, dict | list):
        return flat
    inner = depth + 1
    if isinstance(value, dict):
        opening, closing = "{}"
        parts = [f"{json.dumps(name)}: {written(value[name], inner)}" for name in sorted(value)]
    else:
        opening, closing = "[]"
        parts = [written(held, inner) for held in value]
    return f"{opening}\n{' ' * inner}" + f",\n{' ' * inner}".join(parts) + f"\n{' ' * depth}{closing}"


@pytest.mark.parametrize("name", sorted(set(AREAS.values())))
def test_a_stack_is_as_recorded(name: str, prod: Graph) -> None:
    file = FOLDER / f"{name}.json"
    text = written(recorded(prod)[name]) + "\n"
    if os.environ.get(UPDATE):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(text)
    assert json.loads(text) == recorded(prod)[name]
    told = f"{file.name} says otherwise. If you mean the change: {UPDATE}=1 pytest {Path(__file__).name}"
    assert file.exists(), told
    assert text == file.read_text(), told


def test_every_record_is_of_an_area_that_there_is(prod: Graph) -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(AREAS.values()) == recorded(prod).keys()


def test_a_record_does_not_tell_where_it_was_made(prod: Graph) -> None:
    text = json.dumps(recorded(prod))
    assert str(Path(__file__).parents[3]) not in text
    assert "python3" not in text


def test_two_stacks_differ_by_name_and_by_what_is_kept(prod: Graph, dev: Graph) -> None:
    """So that one record is enough: whoever reads prod's knows dev's."""
    as_prod = json.loads(json.dumps(recorded(dev)).replace("astrolabe-dev", "astrolabe-prod"))
    differing = {
        kind
        for where, kinds in recorded(prod).items()
        for kind in kinds
        if json.dumps(as_prod[where][kind], sort_keys=True).replace("/dev/", "/prod/")
        != json.dumps(kinds[kind], sort_keys=True)
    }
    assert differing == {
        "ec2/vpcEndpoint",  # in one zone, or in two
        "rds/cluster",
        "rds/clusterInstance",
        "s3/bucket",
        "secretsmanager/secret",
    }


def misspelt() -> None:
    aws.sqs.Queue("one", visibility_timout_seconds=30)  # type: ignore[call-overload]


def test_an_argument_that_there_is_not_fails() -> None:
    with pytest.raises(TypeError, match="visibility_timout_seconds"):
        graph(misspelt)
