"""What AWS would be asked to make, without AWS: the program under invented ids."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra import bundle, pythons
from infra.localstack.engine import Resource, evaluate

REGION, ACCOUNT = "eu-central-1", "123456789012"
# As it is built on this machine: nothing is fetched for another. Neither shows in what is recorded.
HERE = {
    "astrolabe:python": pythons.running(),
    "astrolabe:architecture": bundle.this_machine(),
    "astrolabe:databaseCa": "none",
    "astrolabe:domain": "astrolabe.example",
    "astrolabe:alarmEmail": "alarms@astrolabe.example",
}
KNOWN: Mapping[str, Mapping[str, Any]] = {  # what the program asks of AWS, by the call's last word
    "getRegion": {"region": REGION},
    "getCallerIdentity": {"accountId": ACCOUNT},
    "getAvailabilityZones": {"names": [f"{REGION}{zone}" for zone in "cab"]},
    "getZone": {"zoneId": "zone"},
}


Fault = str


@dataclass(frozen=True)
class Graph:
    resources: tuple[Resource, ...]
    exported: Mapping[str, Any]

    def of(self, kind: str) -> list[Resource]:
        """`lambda/function` and so on."""
        return [resource for resource in self.resources if kind_of(resource) == kind]

    def one(self, kind: str, name: str) -> Resource:
        [found] = [resource for resource in self.of(kind) if resource.name == name]
        return found

    def with_(self, kind: str, name: str, /, **inputs: Any) -> "Graph":
        """The same, but for what one of them is given."""
        return self._with(self.one(kind, name), lambda old: replace(old, inputs={**old.inputs, **inputs}))

    def unprotected(self, kind: str, name: str) -> "Graph":
        return self._with(self.one(kind, name), lambda old: replace(old, protected=False))

    def without(self, kind: str, name: str) -> "Graph":
        gone = self.one(kind, name)
        return replace(self, resources=tuple(one for one in self.resources if one is not gone))

    def and_(self, kind: str, name: str, /, **inputs: Any) -> "Graph":
        new = Resource(f"aws:{kind}:", name, inputs, protected=False, waits_for=frozenset())
        return replace(self, resources=(*self.resources, new))

    def _with(self, one: Resource, change: Callable[[Resource], Resource]) -> "Graph":
        return replace(self, resources=tuple(change(old) if old is one else old for old in self.resources))


def graph(
    program: Callable[[], None], *, stack: str = "dev", config: Mapping[str, str] | None = None
) -> Graph:
    made: list[Resource] = []

    def create(resource: Resource) -> tuple[str, dict[str, Any]]:
        made.append(resource)
        return identity(resource), _outputs(resource)

    exported = evaluate(program, stack=stack, config=config or HERE, create=create, look_up=_look_up)
    return Graph(tuple(sorted(made, key=lambda one: (one.type, one.name))), exported)


def kind_of(resource: Resource) -> str:
    """aws:lambda/function:Function → lambda/function"""
    return resource.type.split(":")[1]


def identity(resource: Resource) -> str:
    return f"{kind_of(resource)}.{resource.name}"


def arn(resource: Resource) -> str:
    return f"arn:{identity(resource)}"


def statements(policy: str) -> list[dict[str, Any]]:
    """Of a policy, each with lists for what may be one or several."""
    found = json.loads(policy)["Statement"]
    return [one | {part: _list(one[part]) for part in ("Action", "Resource") if part in one} for one in found]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _look_up(call: str, _: Mapping[str, Any]) -> Mapping[str, Any]:
    return KNOWN[call.rpartition(":")[2]]


def _outputs(resource: Resource) -> dict[str, Any]:
    """What is known of a thing when it stands, beside what was asked; of some kinds more than of others."""
    known = {"arn": arn(resource), "name": resource.name, "keyId": identity(resource)}
    also = ALSO[kind_of(resource)](resource) if kind_of(resource) in ALSO else {}
    return {name: value for name, value in {**known, **also}.items() if name not in resource.inputs}


ALSO: Mapping[str, Callable[[Resource], dict[str, Any]]] = {
    "acm/certificate": lambda _: {
        "domainValidationOptions": [
            {"resourceRecordName": "_proof", "resourceRecordType": "CNAME", "resourceRecordValue": "proof"}
        ]
    },
    "apigateway/domainName": lambda _: {"regionalDomainName": "regional", "regionalZoneId": "regional-zone"},
    "apigateway/restApi": lambda one: {"executionArn": f"execute:{identity(one)}", "rootResourceId": "root"},
    "ec2/vpcEndpoint": lambda one: {"prefixListId": f"addresses:{identity(one)}"},
    "lambda/alias": lambda one: {"invokeArn": f"invoke:{arn(one)}"},
    "lambda/function": lambda one: {"invokeArn": f"invoke:{arn(one)}", "version": "1", "codeSha256": "code"},
    "rds/cluster": lambda one: {
        "endpoint": "database.internal",
        "port": 5432,
        "masterUserSecrets": [{"secretArn": f"arn:admin-secret.{one.name}"}],
    },
    "route53/record": lambda one: {"fqdn": one.inputs["name"]},
    "ses/domainDkim": lambda _: {"dkimTokens": ["first", "second", "third"]},
    "ses/domainIdentity": lambda _: {"verificationToken": "token"},
    "sqs/queue": lambda one: {"url": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{one.inputs['name']}"},
}
