"""The one door: a REST API with a proxy for each path that a function answers."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from infra.aws.functions import Deployed
from shared.errors import title

STAGE = "live"
SECONDS = 29  # API Gateway waits no longer
RATE, BURST = 500, 1000  # requests a second, before anybody is refused whoever they are
PROBLEMS = {  # what the gateway says itself, in the words of our own gateway
    "DEFAULT_4XX": (None, "refused", "This request cannot be worked off."),
    "DEFAULT_5XX": (502, "function_failed", "The request could not be worked off; the log has the reason."),
    "MISSING_AUTHENTICATION_TOKEN": (404, "not_found", "There is nothing at this address."),
    "RESOURCE_NOT_FOUND": (404, "not_found", "There is nothing at this address."),
    "REQUEST_TOO_LARGE": (413, "request_too_large", "A request may weigh 6 MB."),
    "THROTTLED": (429, "busy", "Too many requests are waiting: try again in a moment."),
    "INTEGRATION_TIMEOUT": (504, "timed_out", "The request took too long."),
}


@dataclass
class Gateway:
    """Its address is known before the functions are, which need it for the links that they write."""

    api: aws.apigateway.RestApi
    _resources: dict[str, Output[str]] = field(default_factory=dict)

    def resource(self, path: str) -> Output[str]:
        """/v1/auth → the id of `auth` below that of `v1`, each made once."""
        if path == "":
            return self.api.root_resource_id
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            made = aws.apigateway.Resource(
                f"api{path}", rest_api=self.api.id, parent_id=self.resource(parent), path_part=part
            )
            self._resources[path] = made.id
        return self._resources[path]


def gateway(name: str) -> Gateway:
    api = aws.apigateway.RestApi(
        name,
        name=name,
        endpoint_configuration={"types": "REGIONAL"},
        binary_media_types=["*/*"],  # or what is compressed would arrive as base64
    )
    return Gateway(api)


def open_doors(door: Gateway, functions: Iterable[Deployed]) -> aws.apigateway.Stage:
    """Every face on its path, and the stage that serves them."""
    ways = [way for function in functions for way in _ways(door, function)]
    answers = list(_answers(door.api))
    stands = [(function.name, function.trigger.paths) for function in functions]
    known = json.dumps([sorted(stands), PROBLEMS, SECONDS], default=list)
    deployment = aws.apigateway.Deployment(
        "api",
        rest_api=door.api.id,
        triggers={"paths": hashlib.sha256(known.encode()).hexdigest()},
        # The old one is served until the new one is.
        opts=ResourceOptions(depends_on=[*ways, *answers], delete_before_replace=False),
    )
    stage = aws.apigateway.Stage("api", rest_api=door.api.id, deployment=deployment.id, stage_name=STAGE)
    aws.apigateway.MethodSettings(
        "api",
        rest_api=door.api.id,
        stage_name=stage.stage_name,
        method_path="*/*",
        settings={"metrics_enabled": True, "throttling_rate_limit": RATE, "throttling_burst_limit": BURST},
    )
    return stage


def _ways(door: Gateway, function: Deployed) -> Iterator[pulumi.Resource]:
    """Who calls is settled in the function: an authorizer of the gateway would be a second list of rules."""
    aws.lambda_.Permission(
        function.name,
        action="lambda:InvokeFunction",
        function=function.resource.name,
        qualifier=function.alias,
        principal="apigateway.amazonaws.com",
        source_arn=Output.concat(door.api.execution_arn, "/*/*/*"),
    )
    for prefix in function.trigger.paths:
        for path in (prefix, f"{prefix}/{{proxy+}}"):
            yield from _way(door, path, function)


def _way(door: Gateway, path: str, function: Deployed) -> Iterator[pulumi.Resource]:
    method = aws.apigateway.Method(
        f"api{path}",
        rest_api=door.api.id,
        resource_id=door.resource(path),
        http_method="ANY",
        authorization="NONE",
    )
    integration = aws.apigateway.Integration(
        f"api{path}",
        rest_api=door.api.id,
        resource_id=door.resource(path),
        http_method=method.http_method,
        type="AWS_PROXY",
        integration_http_method="POST",
        uri=function.invoke_arn,
        timeout_milliseconds=SECONDS * 1000,
    )
    yield from (method, integration)


def _answers(api: aws.apigateway.RestApi) -> Iterator[pulumi.Resource]:
    for kind, (status, code, detail) in PROBLEMS.items():
        named = {"title": title(status), "status": status} if status else {"title": "Refused"}
        problem = {"type": "about:blank", **named, "code": code, "detail": detail}
        yield aws.apigateway.Response(
            f"api-{kind.lower().replace('_', '-')}",
            rest_api_id=api.id,
            response_type=kind,
            status_code=str(status) if status else None,
            response_templates={"application/json": json.dumps(problem)},
            response_parameters={
                "gatewayresponse.header.Content-Type": "'application/problem+json'",
                "gatewayresponse.header.Cache-Control": "'no-store'",
            },
        )
