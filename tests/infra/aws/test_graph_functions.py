"""Every function of the graph: its rights, its log, its code, what it is told, how many run at once."""

import json
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from zipfile import ZipFile

import pytest

from infra.aws.policies import NETWORK
from infra.discover import functions
from infra.localstack.engine import Resource
from shared.settings import Settings
from tests.infra.aws.graph import Fault, Graph, arn, identity, statements

RELAY = "platform-loop-relay"
SENDING = {"events:PutEvents", "sqs:SendMessage", "sqs:SendMessageBatch", "sns:Publish"}
SHARE = 0.8  # of the database's connections: the rest is for people and for what AWS does itself
NAME = "astrolabe-prod-auth-api"


def deployed(graph: Graph) -> list[Resource]:
    return graph.of("lambda/function")


def policies(graph: Graph, function: Resource) -> Iterator[Resource]:
    """Whatever its role is allowed."""
    for role in graph.of("iam/role"):
        if arn(role) == function.inputs["role"]:
            yield from (
                one for one in graph.of("iam/rolePolicy") if one.inputs["role"] == role.inputs["name"]
            )


def allowed(graph: Graph, function: Resource) -> list[dict[str, list[str]]]:
    return [one for policy in policies(graph, function) for one in statements(policy.inputs["policy"])]


def shared_roles(graph: Graph) -> list[Fault]:
    roles = [function.inputs["role"] for function in deployed(graph)]
    return [
        f"{role} is that of several" for role in sorted({role for role in roles if roles.count(role) > 1})
    ]


def wide_rights(graph: Graph) -> Iterator[Fault]:
    for function in deployed(graph):
        found = allowed(graph, function)
        if not found:
            yield f"{function.name} has no rights of its own"
        for one in found:
            yield from (f"{function.name} may {action}" for action in one["Action"] if "*" in action)
            if "*" in one["Resource"] and not set(one["Action"]) <= set(NETWORK):
                yield f"{function.name} may {one['Action']} on everything"


def loose_ends(graph: Graph) -> Iterator[Fault]:
    """Names by their beginning alone, but for a log's streams and large answers in the bucket."""
    for function in deployed(graph):
        for resource in (name for one in allowed(graph, function) for name in one["Resource"]):
            whole = resource in ("*", *(f"{arn(one)}/answers/*" for one in graph.of("s3/bucket")))
            log = resource == f"arn:cloudwatch/logGroup.{function.name}:*"
            if "*" in resource and not whole and not log:
                yield f"{function.name}: {resource}"


def attached_policies(graph: Graph) -> list[Fault]:
    """AWS's own policies say `*`, and change without us."""
    managed = [one.name for one in graph.of("iam/rolePolicyAttachment")]
    return managed + [one.name for one in graph.of("iam/role") if "managedPolicyArns" in one.inputs]


def senders(graph: Graph) -> list[str]:
    return [
        function.name
        for function in deployed(graph)
        if SENDING & {action for one in allowed(graph, function) for action in one["Action"]}
    ]


def kept_for_ever(graph: Graph) -> list[Fault]:
    logs = {one.inputs["name"]: one.inputs.get("retentionInDays") for one in graph.of("cloudwatch/logGroup")}
    expected = {f"/aws/lambda/{function.inputs['name']}" for function in deployed(graph)}
    return sorted({name for name, days in logs.items() if not days} | {*expected - logs.keys()})


def unfound_handlers(graph: Graph) -> Iterator[Fault]:
    for function in deployed(graph):
        module, _, name = function.inputs["handler"].rpartition(".")
        with ZipFile(function.inputs["code"]) as code:
            if f"{module.replace('.', '/')}.py" not in code.namelist():
                yield f"{function.name}: {module} is not in its zip"
        try:
            if not callable(getattr(import_module(module), name, None)):
                yield f"{function.name}: {module} has no {name}"
        except ImportError as error:
            yield f"{function.name}: {error}"


def unknown_settings(graph: Graph) -> list[Fault]:
    """What is told and never read: a name that was misspelt, or one of a setting that is gone."""
    return [
        f"{function.name} is told {name}"
        for function in deployed(graph)
        for name in function.inputs.get("environment", {}).get("variables", {})
        if name.lower() not in Settings.model_fields
    ]


def too_many_at_once(graph: Graph) -> Iterator[Fault]:
    """Each call holds one connection, so what may run is what may connect."""
    for function in deployed(graph):
        if function.inputs.get("reservedConcurrentExecutions", -1) < 1:
            yield f"{function.name} has no bound"
    wanted = sum(function.inputs.get("reservedConcurrentExecutions", 0) for function in deployed(graph))
    given = [
        int(parameter["value"])
        for group in graph.of("rds/clusterParameterGroup")
        for parameter in group.inputs["parameters"]
        if parameter["name"] == "max_connections"
    ]
    if wanted > SHARE * min(given, default=0):
        yield f"{wanted} calls for {given} connections"


def unwarmed_doors(graph: Graph) -> Iterator[Fault]:
    """A snapshot is taken of a published version, and only what calls an alias meets it."""
    live = {one.inputs["functionName"] for one in graph.of("lambda/alias")}
    for function in deployed(graph):
        http = function.name.endswith("api")
        snapshot = function.inputs.get("snapStart", {}).get("applyOn") == "PublishedVersions"
        if {http} != {snapshot, bool(function.inputs.get("publish")), function.name in live}:
            yield function.name


Check = Callable[[Graph], list[Fault] | Iterator[Fault]]
CHECKS: tuple[Check, ...] = (
    shared_roles,
    wide_rights,
    attached_policies,
    kept_for_ever,
    unfound_handlers,
    unknown_settings,
    too_many_at_once,
    unwarmed_doors,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_stack_has_no_fault_in_its_functions(check: Check, prod: Graph, dev: Graph) -> None:
    assert (list(check(prod)), list(check(dev))) == ([], [])


def test_every_function_there_is_stands_in_the_graph(prod: Graph) -> None:
    expected = {f"astrolabe-prod-{function.name}" for function in functions()}
    assert {function.name for function in deployed(prod)} == expected | {"astrolabe-prod-migrations"}


def test_the_relay_alone_sends_and_alone_names_what_it_reaches_by_a_beginning(prod: Graph) -> None:
    assert senders(prod) == [f"astrolabe-prod-{RELAY}"]
    [loose] = loose_ends(prod)
    assert re.fullmatch(rf"astrolabe-prod-{RELAY}: arn:aws:sqs:[\w-]+:\d+:astrolabe-prod-\*", loose)


def granting(prod: Graph, actions: list[str], resource: str) -> Graph:
    """To one function, beside what it has."""
    old = json.loads(prod.one("iam/rolePolicy", NAME).inputs["policy"])
    old["Statement"].append({"Effect": "Allow", "Action": actions, "Resource": resource})
    return prod.with_("iam/rolePolicy", NAME, policy=json.dumps(old))


def told(prod: Graph, **variables: str) -> Graph:
    return prod.with_("lambda/function", NAME, environment={"variables": variables})


Plant = Callable[[Graph], Graph]
FAULTS: list[tuple[Check, Plant, str]] = [
    (
        shared_roles,
        lambda g: g.with_("lambda/function", NAME, role=arn(g.one("iam/role", "astrolabe-prod-audit-api"))),
        "of several",
    ),
    (wide_rights, lambda g: granting(g, ["s3:*"], "arn:files"), "may s3:*"),
    (wide_rights, lambda g: granting(g, ["kms:Decrypt"], "*"), "on everything"),
    (wide_rights, lambda g: granting(g, ["ec2:DescribeSubnets", "ec2:RunInstances"], "*"), "on everything"),
    (wide_rights, lambda g: g.without("iam/rolePolicy", NAME), "no rights of its own"),
    (loose_ends, lambda g: granting(g, ["sqs:DeleteQueue"], "arn:sqs:*"), "arn:sqs:*"),
    (senders, lambda g: granting(g, ["events:PutEvents"], "arn:bus"), NAME),
    (senders, lambda g: granting(g, ["sqs:SendMessage"], "arn:queue"), NAME),
    (attached_policies, lambda g: g.and_("iam/rolePolicyAttachment", "admin"), "admin"),
    (kept_for_ever, lambda g: g.with_("cloudwatch/logGroup", NAME, retentionInDays=0), NAME),
    (kept_for_ever, lambda g: g.without("cloudwatch/logGroup", NAME), NAME),
    (
        unfound_handlers,
        lambda g: g.with_("lambda/function", NAME, handler="shared.http.handler"),
        "no handler",
    ),
    (
        unfound_handlers,
        lambda g: g.with_("lambda/function", NAME, handler="tests.gone.handler"),
        "not in its zip",
    ),
    (unfound_handlers, lambda g: g.with_("lambda/function", NAME, handler="tests.gone.handler"), "No module"),
    (unknown_settings, lambda g: told(g, PUBLIC_ULR="https://api.astrolabe.example"), "PUBLIC_ULR"),
    (
        too_many_at_once,
        lambda g: g.with_("lambda/function", NAME, reservedConcurrentExecutions=600),
        "calls for [800]",
    ),
    (
        too_many_at_once,
        lambda g: g.with_("lambda/function", NAME, reservedConcurrentExecutions=-1),
        "no bound",
    ),
    (
        too_many_at_once,
        lambda g: g.with_("rds/clusterParameterGroup", "astrolabe-prod-database", parameters=[]),
        "connections",
    ),
    (unwarmed_doors, lambda g: g.without("lambda/alias", NAME), NAME),
    (unwarmed_doors, lambda g: g.with_("lambda/function", NAME, publish=False), NAME),
    (unwarmed_doors, lambda g: g.with_("lambda/function", NAME, snapStart={}), NAME),
]


@pytest.mark.parametrize(("check", "plant", "told"), FAULTS)
def test_a_planted_fault_in_a_function_is_found(check: Check, plant: Plant, told: str, prod: Graph) -> None:
    assert told not in "\n".join(check(prod))
    assert told in "\n".join(check(plant(prod)))


def test_a_function_s_identity_is_that_of_its_role(prod: Graph) -> None:
    """Lambda, and nobody else, may take a function's role."""
    assert {
        (json.dumps(one["Principal"]), *one["Action"])
        for role in prod.of("iam/role")
        for one in statements(role.inputs["assumeRolePolicy"])
    } == {('{"Service": "lambda.amazonaws.com"}', "sts:AssumeRole")}
    assert len({identity(role) for role in prod.of("iam/role")}) == len(deployed(prod))
