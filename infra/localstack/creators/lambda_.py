"""Lambda: functions and their layers, aliases, and what may call them."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.localstack.creators.account import REGION, Account
from infra.localstack.creators.creator import Made, creates, name_of
from infra.localstack.creators.words import capitals, nested
from infra.localstack.engine import Resource

# Left out are network and snapshots: functions are processes of this machine, and 3.11 knows no SnapStart.
SAME_WORDS = ("description", "handler", "kmsKeyArn", "memorySize", "role", "runtime", "timeout")
PARTS = ("deadLetterConfig", "ephemeralStorage", "loggingConfig", "tracingConfig")
SOON = {"Delay": 0.2, "MaxAttempts": 300}  # seconds between looks


@creates("aws:lambda/function:Function")
def function(account: Account, resource: Resource) -> Made:
    given, name, lambda_ = resource.inputs, name_of(resource), account.client("lambda")
    code, publish = Path(given["code"]).read_bytes(), bool(given.get("publish"))
    settings = _settings(given)
    try:  # nobody waits until it is active: thirty would take fifteen seconds
        made = lambda_.create_function(
            FunctionName=name,
            Code={"ZipFile": code},
            Publish=publish,
            Architectures=given.get("architectures", ["x86_64"]),
            **settings,
        )
    except lambda_.exceptions.ResourceConflictException:
        made = _change(lambda_, name, code=code, settings=settings, publish=publish)
    _reserve(lambda_, name, given.get("reservedConcurrentExecutions", -1))
    return Made(name, {"name": name, **_names(made["FunctionArn"], made["Version"]), **_code(made)})


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """All of it, so that what the program no longer says is no longer so."""
    parts = {name: given[name] for name in PARTS if name in given}
    return {
        "Layers": given.get("layers", []),
        "Environment": {"Variables": given.get("environment", {}).get("variables", {})},
        **capitals(given, *SAME_WORDS),
        **nested(parts),
    }


def _change(lambda_: Any, name: str, *, code: bytes, settings: dict[str, Any], publish: bool) -> Any:
    """A function that is as it should be keeps its version, and its warm processes."""
    serves = _newest(lambda_, name) if publish else lambda_.get_function_configuration(FunctionName=name)
    if serves and serves["CodeSha256"] == _sha256(code) and _is(serves, settings):
        return serves
    lambda_.update_function_code(FunctionName=name, ZipFile=code)
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=SOON)
    changed = lambda_.update_function_configuration(FunctionName=name, **settings)
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=SOON)
    return lambda_.publish_version(FunctionName=name) if publish else changed


def _newest(lambda_: Any, name: str) -> Any:
    """The version published last: their numbers are text."""
    pages = lambda_.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    versions = [version for page in pages for version in page["Versions"]]
    published = [version for version in versions if version["Version"] != "$LATEST"]
    return max(published, key=lambda version: int(version["Version"]), default=None)


def _is(function: Mapping[str, Any], settings: Mapping[str, Any]) -> bool:
    layers = [layer["Arn"] for layer in function.get("Layers", [])]
    stands = {"Environment": {"Variables": {}}, **function, "Layers": layers}
    return all(stands.get(name) == value for name, value in settings.items())


def _reserve(lambda_: Any, name: str, calls: int) -> None:
    if calls < 0:
        lambda_.delete_function_concurrency(FunctionName=name)
    else:
        lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=calls)


def _names(arn: str, version: str) -> dict[str, str]:
    plain = arn.removesuffix(f":{version}")
    qualified = f"{plain}:{version}"
    return {
        "arn": plain,
        "invokeArn": _invoke_arn(plain),
        "qualifiedArn": qualified,
        "qualifiedInvokeArn": _invoke_arn(qualified),
        "version": version,
    }


def _code(made: Mapping[str, Any]) -> dict[str, Any]:
    return {"codeSha256": made["CodeSha256"], "lastModified": made["LastModified"]}


def _invoke_arn(arn: str) -> str:
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@creates("aws:lambda/layerVersion:LayerVersion")
def layer_version(account: Account, resource: Resource) -> Made:
    given, lambda_ = resource.inputs, account.client("lambda")
    code, name = Path(given["code"]).read_bytes(), given["layerName"]
    found = _newest_layer(lambda_, name)
    if found is None or found["Content"]["CodeSha256"] != _sha256(code):
        more = capitals(given, "compatibleArchitectures", "compatibleRuntimes", "description", "licenseInfo")
        found = lambda_.publish_layer_version(LayerName=name, Content={"ZipFile": code}, **more)
    arn = found["LayerVersionArn"]
    version = {"version": str(found["Version"]), "codeSha256": found["Content"]["CodeSha256"]}
    return Made(arn, {"arn": arn, "layerArn": found["LayerArn"], **version})


def _newest_layer(lambda_: Any, name: str) -> Any:
    for version in lambda_.list_layer_versions(LayerName=name)["LayerVersions"][:1]:
        return lambda_.get_layer_version(LayerName=name, VersionNumber=version["Version"])
    return None


@creates("aws:lambda/alias:Alias")
def alias(account: Account, resource: Resource) -> Made:
    given, name, lambda_ = resource.inputs, name_of(resource), account.client("lambda")
    where = {"FunctionName": given["functionName"], "Name": name, "FunctionVersion": given["functionVersion"]}
    try:
        made = lambda_.create_alias(**where)
    except lambda_.exceptions.ResourceConflictException:
        made = lambda_.update_alias(**where)
    arn = made["AliasArn"]
    return Made(arn, {"name": name, "arn": arn, "invokeArn": _invoke_arn(arn)})


@creates("aws:lambda/permission:Permission")
def permission(account: Account, resource: Resource) -> Made:
    given, lambda_ = resource.inputs, account.client("lambda")
    statement = given.get("statementId", resource.name)
    named = {"FunctionName": given["function"], "StatementId": statement} | capitals(given, "qualifier")
    allowed = capitals(given, "action", "principal", "sourceArn", "sourceAccount")
    try:
        lambda_.add_permission(**named, **allowed)
    except lambda_.exceptions.ResourceConflictException:
        lambda_.remove_permission(**named)
        lambda_.add_permission(**named, **allowed)
    return Made(statement, {"statementId": statement})
