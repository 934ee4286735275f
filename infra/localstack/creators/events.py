"""EventBridge: buses, rules and where they lead."""

from contextlib import suppress

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, Refused, creates, name_of
from infra.localstack.creators.words import capitals, nested
from infra.localstack.engine import Resource

DEFAULT = "default"


@creates("aws:cloudwatch/eventBus:EventBus")
def event_bus(account: Account, resource: Resource) -> Made:
    events, name = account.client("events"), name_of(resource)
    with suppress(events.exceptions.ResourceAlreadyExistsException):
        events.create_event_bus(Name=name)
    return Made(name, {"name": name, "arn": account.arn("events", f"event-bus/{name}")})


@creates("aws:cloudwatch/eventRule:EventRule")
def event_rule(account: Account, resource: Resource) -> Made:
    name, bus = name_of(resource), resource.inputs.get("eventBusName", DEFAULT)
    given = capitals(resource.inputs, "eventPattern", "scheduleExpression", "state", "description", "roleArn")
    answer = account.client("events").put_rule(Name=name, EventBusName=bus, **given)
    return Made(f"{bus}/{name}", {"name": name, "eventBusName": bus, "arn": answer["RuleArn"]})


@creates("aws:cloudwatch/eventTarget:EventTarget")
def event_target(account: Account, resource: Resource) -> Made:
    given, bus = resource.inputs, resource.inputs.get("eventBusName", DEFAULT)
    target = {"Id": given.get("targetId", resource.name)}
    target |= capitals(given, "arn", "input", "inputPath", "roleArn")
    for part, name in PARTS.items():
        if part in given:
            target[name] = nested(given[part])
    if "inputTransformer" in given:
        target["InputTransformer"] = _transformer(given["inputTransformer"])
    answer = account.client("events").put_targets(Rule=given["rule"], EventBusName=bus, Targets=[target])
    if answer["FailedEntryCount"]:  # with status 200
        raise Refused(str(answer["FailedEntries"]))
    return Made(f"{bus}/{given['rule']}/{target['Id']}", {"targetId": target["Id"], "eventBusName": bus})


PARTS = {"deadLetterConfig": "DeadLetterConfig", "retryPolicy": "RetryPolicy", "sqsTarget": "SqsParameters"}


def _transformer(given: dict[str, object]) -> dict[str, object]:
    """Its paths are called by names of the program's, which are left as they are."""
    paths = {"InputPathsMap": given["inputPaths"]} if "inputPaths" in given else {}
    return {**paths, "InputTemplate": given["inputTemplate"]}
