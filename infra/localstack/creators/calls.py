"""Lambda's calls: what feeds a function, what becomes of a call that fails, and one made by the program."""

import json
from typing import Any

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, Refused, creates
from infra.localstack.creators.lambda_ import SOON
from infra.localstack.creators.words import capitals, nested
from infra.localstack.engine import Resource

SAME_WORDS = (
    "batchSize",
    "bisectBatchOnFunctionError",
    "enabled",
    "functionResponseTypes",
    "maximumBatchingWindowInSeconds",
    "maximumRetryAttempts",
)
PARTS = ("destinationConfig", "filterCriteria", "scalingConfig")


@creates("aws:lambda/eventSourceMapping:EventSourceMapping")
def event_source_mapping(account: Account, resource: Resource) -> Made:
    given, lambda_ = resource.inputs, account.client("lambda")
    source, target = given["eventSourceArn"], given["functionName"]
    settings = capitals(given, *SAME_WORDS) | nested({name: given[name] for name in PARTS if name in given})
    there = lambda_.list_event_source_mappings(EventSourceArn=source, FunctionName=target)
    if found := there["EventSourceMappings"]:
        made = lambda_.update_event_source_mapping(UUID=found[0]["UUID"], **settings)
    else:
        made = lambda_.create_event_source_mapping(EventSourceArn=source, FunctionName=target, **settings)
    return Made(made["UUID"], {"uuid": made["UUID"], "functionArn": made["FunctionArn"]})


@creates("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")
def function_event_invoke_config(account: Account, resource: Resource) -> Made:
    given = resource.inputs
    settings = capitals(given, "maximumEventAgeInSeconds", "maximumRetryAttempts", "qualifier")
    if "destinationConfig" in given:
        settings["DestinationConfig"] = nested(given["destinationConfig"])
    account.client("lambda").put_function_event_invoke_config(FunctionName=given["functionName"], **settings)
    return Made(f"{given['functionName']}:{given.get('qualifier', '$LATEST')}")


@creates("aws:lambda/invocation:Invocation")
def invocation(account: Account, resource: Resource) -> Made:
    given, lambda_ = resource.inputs, account.client("lambda")
    named = {"FunctionName": given["functionName"]} | capitals(given, "qualifier")
    lambda_.get_waiter("function_active_v2").wait(**named, WaiterConfig=SOON)
    answer = lambda_.invoke(**named, Payload=given["input"].encode())
    text = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        raise Refused(_reason(text))
    return Made(resource.name, {"result": text})


def _reason(text: str) -> str:
    error: Any = json.loads(text)
    trace = "".join(error.get("stackTrace", []))
    return f"{error.get('errorType')}: {error.get('errorMessage')}\n{trace}".rstrip()
