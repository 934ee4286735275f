"""Every way into a function: queues and their dead letters, rules that fill them, the gateway, the clock."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pulumi_aws as aws
import pytest

from infra.aws.config import config
from infra.aws.house import House
from infra.aws.network import network
from infra.aws.queues import line, subscribe
from infra.discover import Function, functions
from infra.localstack.engine import Resource
from shared.handler import Handler, Trigger
from tests.infra.aws.graph import REGION, Fault, Graph, arn, graph, identity, statements

MAIL = "astrolabe-prod-auth-job-send-account-mail"
CLOCK = "astrolabe-prod-auth-cron-purge-expired"
DOOR = "astrolabe-prod-auth-api"
HEARD = "astrolabe-dev-tests-moved"


def named(graph: Graph, kind: str) -> dict[str, Resource]:
    """By arn."""
    return {arn(one): one for one in graph.of(kind)}


def dead_letters(queue: Resource) -> str | None:
    given = queue.inputs.get("redrivePolicy")
    found: str | None = json.loads(given)["deadLetterTargetArn"] if given else None
    return found


def lost_letters(graph: Graph) -> Iterator[Fault]:
    """A queue has a DLQ, a DLQ has none, and takes from its own queue alone."""
    queues = named(graph, "sqs/queue")
    own = {name: dead_letters(queue) for name, queue in queues.items()}
    dead = {name for name in own.values() if name}
    for name, target in own.items():
        if name in dead and target:
            yield f"{name} is a DLQ and has one"
        if name not in dead and (not target or target not in queues):
            yield f"{name} has no DLQ"
    taking = {one.inputs["queueUrl"].rpartition("/")[2]: one for one in graph.of("sqs/redriveAllowPolicy")}
    for name in dead & queues.keys():
        allowed = taking.get(queues[name].inputs["name"])
        sources = json.loads(allowed.inputs["redriveAllowPolicy"]).get("sourceQueueArns") if allowed else None
        if sources != [queue for queue, target in own.items() if target == name]:
            yield f"{name} takes from {sources}"


def unfetched(graph: Graph) -> list[Fault]:
    """Queues that wake nobody."""
    fetched = {one.inputs["eventSourceArn"] for one in graph.of("lambda/eventSourceMapping")}
    return sorted(named(graph, "sqs/queue").keys() - fetched)


def impatient(graph: Graph) -> Iterator[Fault]:
    """A message must not come back while its batch may still be worked off, throttled and tried again."""
    queues, found = named(graph, "sqs/queue"), named(graph, "lambda/function")
    dead = {dead_letters(queue) for queue in queues.values()}
    for one in graph.of("lambda/eventSourceMapping"):
        queue, function = queues[one.inputs["eventSourceArn"]], found[one.inputs["functionName"]]
        timeout, hidden = function.inputs["timeout"], queue.inputs["visibilityTimeoutSeconds"]
        # Dead letters are kept by one insert that may happen twice: they wait for one call, as AWS demands.
        if hidden < timeout if arn(queue) in dead else hidden != 6 * timeout:
            yield f"{queue.name} hides for {hidden} s what takes {timeout} s"


def coarse_batches(graph: Graph) -> Iterator[Fault]:
    found = named(graph, "lambda/function")
    for one in graph.of("lambda/eventSourceMapping"):
        if one.inputs.get("functionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{one.name}: one failure repeats the batch"
        most = one.inputs.get("scalingConfig", {}).get("maximumConcurrency", 1000)
        if most > max(2, found[one.inputs["functionName"]].inputs["reservedConcurrentExecutions"]):
            yield f"{one.name}: {most} batches at once are more than there may be calls"


def unheard(graph: Graph) -> Iterator[Fault]:
    """Without a policy that names the rule, EventBridge drops what it should deliver, and tells nobody."""
    queues, rules = named(graph, "sqs/queue"), named(graph, "cloudwatch/eventRule")
    for target in graph.of("cloudwatch/eventTarget"):
        if queue := queues.get(target.inputs["arn"]):
            [rule] = [name for name, one in rules.items() if one.inputs["name"] == target.inputs["rule"]]
            if list(_let_in(graph, queue)) != [_one_rule(arn(queue), rule)]:
                yield f"{queue.name} does not hear {target.inputs['rule']} alone"


def _let_in(graph: Graph, queue: Resource) -> Iterator[dict[str, Any]]:
    for policy in graph.of("sqs/queuePolicy"):
        if policy.inputs["queueUrl"].rpartition("/")[2] == queue.inputs["name"]:
            yield from statements(policy.inputs["policy"])


def _one_rule(queue: str, rule: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["sqs:SendMessage"],
        "Resource": [queue],
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }


def unopened(graph: Graph) -> Iterator[Fault]:
    """Doors that the gateway would find locked: 500, and no line in any log of ours."""
    aliases, found = named(graph, "lambda/alias"), named(graph, "lambda/function")
    for integration in graph.of("apigateway/integration"):
        called = integration.inputs["uri"].removeprefix("invoke:")
        alias = aliases.get(called)
        name = alias.inputs["functionName"] if alias else found[called].inputs["name"]
        if not _may_call(
            graph,
            "apigateway.amazonaws.com",
            function=name,
            qualifier=alias.inputs["name"] if alias else None,
            source=f"execute:{integration.inputs['restApi']}/*/*/*",
        ):
            yield f"{integration.name} may not call {name}"


def unticked(graph: Graph) -> Iterator[Fault]:
    found, rules = named(graph, "lambda/function"), graph.of("cloudwatch/eventRule")
    for target in graph.of("cloudwatch/eventTarget"):
        if function := found.get(target.inputs["arn"]):
            [rule] = [arn(one) for one in rules if one.inputs["name"] == target.inputs["rule"]]
            name = function.inputs["name"]
            if not _may_call(graph, "events.amazonaws.com", function=name, qualifier=None, source=rule):
                yield f"{target.name} may not call {name}"


def _may_call(graph: Graph, principal: str, *, function: str, qualifier: str | None, source: str) -> bool:
    wanted = {
        "action": "lambda:InvokeFunction",
        "principal": principal,
        "function": function,
        "sourceArn": source,
    } | ({"qualifier": qualifier} if qualifier else {})
    return any(dict(one.inputs) == wanted for one in graph.of("lambda/permission"))


def strangers(graph: Graph) -> list[Fault]:
    """Permissions for more than one API or one rule of this stack."""
    ours = {arn(one) for one in graph.of("cloudwatch/eventRule")}
    ours |= {f"execute:{identity(one)}/*/*/*" for one in graph.of("apigateway/restApi")}
    return [one.name for one in graph.of("lambda/permission") if one.inputs.get("sourceArn") not in ours]


def moved(consumer: str) -> Function:
    trigger = Trigger(kind="event", topic="tests.Moved", consumer=consumer)
    return Function(consumer, "functions.tests.on_moved", Handler(trigger, lambda event, context: None))


def two_listeners() -> None:
    """To one event, as the program subscribes them: no domain of ours hears another yet."""
    given = config(REGION)
    inside = network(given, services=(), internet=False)
    house = House(config=given, network=inside, settings={}, secrets={}, objects={})
    bus = aws.cloudwatch.EventBus("bus", name=given.prefix)
    for consumer in ("tests-moved", "tests-followed"):
        subscribe(house, bus, line(given.prefix, moved(consumer)))


@pytest.fixture(scope="module")
def heard() -> Graph:
    return graph(two_listeners)


Check = Callable[[Graph], list[Fault] | Iterator[Fault]]
CHECKS: tuple[Check, ...] = (
    lost_letters,
    unfetched,
    impatient,
    coarse_batches,
    unheard,
    unopened,
    unticked,
    strangers,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_stack_has_no_fault_in_what_wakes_its_functions(check: Check, prod: Graph, dev: Graph) -> None:
    assert (list(check(prod)), list(check(dev))) == ([], [])


def test_an_event_reaches_each_consumer_by_a_rule_and_a_queue_of_its_own(heard: Graph) -> None:
    assert (list(unheard(heard)), list(lost_letters(heard))) == ([], [])
    patterns = {rule.name: rule.inputs["eventPattern"] for rule in heard.of("cloudwatch/eventRule")}
    assert patterns.keys() == {HEARD, "astrolabe-dev-tests-followed"}
    assert [json.loads(one) for one in patterns.values()] == [
        {"source": ["tests"], "detail-type": ["Moved"]}
    ] * 2
    assert {one.inputs["eventBusName"] for one in heard.of("cloudwatch/eventTarget")} == {"astrolabe-dev"}
    # What a rule delivered before its queue let it in would be gone.
    assert all(target.name in target.waits_for for target in heard.of("cloudwatch/eventTarget"))


def test_every_trigger_there_is_stands_in_the_graph(prod: Graph) -> None:
    kinds = [function.trigger.kind for function in functions()]
    clocks = [one for one in prod.of("cloudwatch/eventRule") if "scheduleExpression" in one.inputs]
    assert len(clocks) == kinds.count("cron") + kinds.count("loop")
    lines = kinds.count("event") + kinds.count("job")
    assert len(prod.of("sqs/queue")) == len(prod.of("lambda/eventSourceMapping")) == 2 * lines
    paths = [path for function in functions() for path in function.trigger.paths]
    assert len(prod.of("apigateway/integration")) == 2 * len(paths)  # itself, and what lies below


Plant = Callable[[Graph], Graph]
FAULTS: list[tuple[Check, Plant, str]] = [
    (lost_letters, lambda g: g.with_("sqs/queue", MAIL, redrivePolicy=None), f"{MAIL} has no DLQ"),
    (lost_letters, lambda g: g.without("sqs/queue", f"{MAIL}-dlq"), f"{MAIL} has no DLQ"),
    (lost_letters, lambda g: g.without("sqs/redriveAllowPolicy", MAIL), "takes from None"),
    (lost_letters, lambda g: g.and_("sqs/queue", "loose", name="loose"), "loose has no DLQ"),
    (
        lost_letters,
        lambda g: g.with_(
            "sqs/queue",
            f"{MAIL}-dlq",
            redrivePolicy=json.dumps({"deadLetterTargetArn": f"arn:sqs/queue.{MAIL}"}),
        ),
        "is a DLQ and has one",
    ),
    (unfetched, lambda g: g.without("lambda/eventSourceMapping", f"{MAIL}-dlq"), f"{MAIL}-dlq"),
    (impatient, lambda g: g.with_("sqs/queue", MAIL, visibilityTimeoutSeconds=30), "hides for 30 s"),
    (impatient, lambda g: g.with_("sqs/queue", f"{MAIL}-dlq", visibilityTimeoutSeconds=29), "hides for 29 s"),
    (
        coarse_batches,
        lambda g: g.with_("lambda/eventSourceMapping", MAIL, functionResponseTypes=[]),
        "repeats the batch",
    ),
    (
        coarse_batches,
        lambda g: g.with_("lambda/eventSourceMapping", MAIL, scalingConfig={"maximumConcurrency": 50}),
        "50 batches",
    ),
    (unopened, lambda g: g.without("lambda/permission", DOOR), f"may not call {DOOR}"),
    (unopened, lambda g: g.with_("lambda/permission", DOOR, qualifier=None), f"may not call {DOOR}"),
    (unopened, lambda g: g.with_("lambda/permission", DOOR, sourceArn="execute:*"), f"may not call {DOOR}"),
    (unticked, lambda g: g.without("lambda/permission", CLOCK), f"may not call {CLOCK}"),
    (unticked, lambda g: g.with_("lambda/permission", CLOCK, sourceArn="rule"), f"may not call {CLOCK}"),
    (strangers, lambda g: g.with_("lambda/permission", CLOCK, sourceArn=None), CLOCK),
    (strangers, lambda g: g.with_("lambda/permission", DOOR, sourceArn="execute:*"), DOOR),
]


@pytest.mark.parametrize(("check", "plant", "told"), FAULTS)
def test_a_planted_fault_in_what_wakes_a_function_is_found(
    check: Check, plant: Plant, told: str, prod: Graph
) -> None:
    assert told not in "\n".join(check(prod))
    assert told in "\n".join(check(plant(prod)))


def let_in(heard: Graph, **change: Any) -> Graph:
    [policy] = [one for one in heard.of("sqs/queuePolicy") if one.name == HEARD]
    [statement] = json.loads(policy.inputs["policy"])["Statement"]
    return heard.with_("sqs/queuePolicy", HEARD, policy=json.dumps({"Statement": [statement | change]}))


@pytest.mark.parametrize(
    "plant",
    [
        lambda g: g.without("sqs/queuePolicy", HEARD),
        lambda g: let_in(g, Condition={}),
        lambda g: let_in(g, Principal="*"),
        lambda g: let_in(g, Action="sqs:*"),
        lambda g: let_in(g, Resource="arn:sqs/queue.astrolabe-dev-tests-followed"),
        lambda g: let_in(
            g,
            Condition={
                "ArnEquals": {"aws:SourceArn": "arn:cloudwatch/eventRule.astrolabe-dev-tests-followed"}
            },
        ),
    ],
)
def test_a_queue_that_does_not_hear_its_rule_alone_is_found(plant: Plant, heard: Graph) -> None:
    assert list(unheard(plant(heard))) == [f"{HEARD} does not hear {HEARD} alone"]
