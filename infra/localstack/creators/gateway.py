"""API Gateway: a REST API, its paths and methods, and the stage that answers."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from infra.localstack.creators.account import REGION, Account
from infra.localstack.creators.creator import Made, creates, name_of
from infra.localstack.creators.words import renamed
from infra.localstack.engine import Resource

Patch = dict[str, str]


@creates("aws:apigateway/restApi:RestApi")
def rest_api(account: Account, resource: Resource) -> Made:
    gateway, name = account.client("apigateway"), name_of(resource)
    found = _api(gateway, name)
    if found is None:
        more = renamed(
            resource.inputs,
            binaryMediaTypes="binaryMediaTypes",
            description="description",
            minimumCompressionSize="minimumCompressionSize",
            tags="tags",
        )
        found = gateway.create_rest_api(name=name, **more)
    arns = {
        "arn": f"arn:aws:apigateway:{REGION}::/restapis/{found['id']}",
        "executionArn": account.arn("execute-api", found["id"]),
    }
    return Made(found["id"], {"name": name, "rootResourceId": _root(gateway, found["id"]), **arns})


def _api(gateway: Any, name: str) -> Any:
    pages = gateway.get_paginator("get_rest_apis").paginate()
    return next((api for page in pages for api in page["items"] if api["name"] == name), None)


def _root(gateway: Any, api: str) -> str:
    return next(str(found["id"]) for found in _resources(gateway, api) if found["path"] == "/")


def _resources(gateway: Any, api: str) -> Iterator[dict[str, Any]]:
    for page in gateway.get_paginator("get_resources").paginate(restApiId=api):
        yield from page["items"]


@creates("aws:apigateway/resource:Resource")
def path_resource(account: Account, resource: Resource) -> Made:
    gateway, given = account.client("apigateway"), resource.inputs
    api, place = given["restApi"], (given["parentId"], given["pathPart"])
    there = {(held.get("parentId"), held.get("pathPart")): held for held in _resources(gateway, api)}
    found = there.get(place) or gateway.create_resource(restApiId=api, parentId=place[0], pathPart=place[1])
    return Made(found["id"], {"path": found["path"]})


@creates("aws:apigateway/method:Method")
def method(account: Account, resource: Resource) -> Made:
    gateway, given = account.client("apigateway"), resource.inputs
    place = _place(given)
    with suppress(gateway.exceptions.NotFoundException):  # a second deployment says it anew
        gateway.delete_method(**place)
    more = renamed(
        given,
        authorization="authorizationType",
        authorizerId="authorizerId",
        apiKeyRequired="apiKeyRequired",
        requestParameters="requestParameters",
    )
    gateway.put_method(**place, **more)
    return Made("-".join(("agm", *place.values())))


@creates("aws:apigateway/integration:Integration")
def integration(account: Account, resource: Resource) -> Made:
    place = _place(resource.inputs)
    more = renamed(
        resource.inputs,
        connectionType="connectionType",
        contentHandling="contentHandling",
        credentials="credentials",
        integrationHttpMethod="integrationHttpMethod",
        passthroughBehavior="passthroughBehavior",
        requestParameters="requestParameters",
        requestTemplates="requestTemplates",
        timeoutMilliseconds="timeoutInMillis",
        type="type",
        uri="uri",
    )
    account.client("apigateway").put_integration(**place, **more)
    return Made("-".join(("agi", *place.values())))


def _place(given: Mapping[str, Any]) -> dict[str, Any]:
    return renamed(given, restApi="restApiId", resourceId="resourceId", httpMethod="httpMethod")


@creates("aws:apigateway/response:Response")
def response(account: Account, resource: Resource) -> Made:
    given = resource.inputs
    same = {name: name for name in ("responseType", "statusCode", "responseTemplates", "responseParameters")}
    account.client("apigateway").put_gateway_response(restApiId=given["restApiId"], **renamed(given, **same))
    return Made(f"aggr-{given['restApiId']}-{given['responseType']}")


@creates("aws:apigateway/deployment:Deployment")
def deployment(account: Account, resource: Resource) -> Made:
    """A new one each time: what the stage serves is what stands now."""
    made = account.client("apigateway").create_deployment(restApiId=resource.inputs["restApi"])
    return Made(made["id"])


@creates("aws:apigateway/stage:Stage")
def stage(account: Account, resource: Resource) -> Made:
    gateway, given = account.client("apigateway"), resource.inputs
    api, name = given["restApi"], given["stageName"]
    more = renamed(given, variables="variables", xrayTracingEnabled="tracingEnabled", tags="tags")
    try:
        gateway.create_stage(restApiId=api, stageName=name, deploymentId=given["deployment"], **more)
    except gateway.exceptions.ConflictException:
        _patch(gateway, api, name, {"/deploymentId": given["deployment"]})
    _patch(gateway, api, name, _access_log(given))
    return Made(
        f"ags-{api}-{name}",
        {
            "invokeUrl": f"{account.endpoint}/_aws/execute-api/{api}/{name}",
            "executionArn": account.arn("execute-api", f"{api}/{name}"),
            "arn": f"arn:aws:apigateway:{REGION}::/restapis/{api}/stages/{name}",
        },
    )


def _access_log(given: Mapping[str, Any]) -> dict[str, Any]:
    settings = given.get("accessLogSettings", {})
    return {f"/accessLogSettings/{name}": value for name, value in settings.items()}


SETTINGS = {
    "cachingEnabled": "caching/enabled",
    "dataTraceEnabled": "logging/dataTrace",
    "loggingLevel": "logging/loglevel",
    "metricsEnabled": "metrics/enabled",
    "throttlingBurstLimit": "throttling/burstLimit",
    "throttlingRateLimit": "throttling/rateLimit",
}


@creates("aws:apigateway/methodSettings:MethodSettings")
def method_settings(account: Account, resource: Resource) -> Made:
    given = resource.inputs
    api, name, path = given["restApi"], given["stageName"], given["methodPath"]
    settings = renamed(given["settings"], **SETTINGS)
    _patch(account.client("apigateway"), api, name, {f"/{path}/{key}": settings[key] for key in settings})
    return Made(f"{api}-{name}-{path}")


@creates("aws:apigateway/account:Account")
def gateway_account(account: Account, resource: Resource) -> Made:
    role = resource.inputs.get("cloudwatchRoleArn", "")
    operations = _operations({"/cloudwatchRoleArn": role})
    account.client("apigateway").update_account(patchOperations=operations)
    return Made("api-gateway-account")


def _patch(gateway: Any, api: str, stage_name: str, changes: Mapping[str, Any]) -> None:
    if changes:
        operations = _operations(changes)
        gateway.update_stage(restApiId=api, stageName=stage_name, patchOperations=operations)


def _operations(changes: Mapping[str, Any]) -> list[Patch]:
    return [{"op": "replace", "path": path, "value": _text(value)} for path, value in changes.items()]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
