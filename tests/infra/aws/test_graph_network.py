"""The network: nobody comes in, and out go only the functions that say so."""

from collections.abc import Callable, Iterator

import pulumi
import pytest

from infra.aws.config import config
from infra.aws.network import Network, network
from infra.discover import functions
from tests.infra.aws.graph import REGION, Fault, Graph, graph, identity

PREFIX = "astrolabe-prod"
DATABASE = f"{PREFIX}-database"
Check = Callable[[Graph], Iterator[Fault]]


def open_network(graph: Graph) -> Iterator[Fault]:
    """Groups admit groups and no addresses, by rules that stand apart; subnets give no public address."""
    for one in graph.of("vpc/securityGroupIngressRule"):
        if "referencedSecurityGroupId" not in one.inputs or {"cidrIpv4", "cidrIpv6"} & one.inputs.keys():
            yield f"{one.name} admits more than a group"
    yield from (
        f"{one.name} has rules of its own"
        for one in (*graph.of("ec2/securityGroup"), *graph.of("ec2/defaultSecurityGroup"))
        if one.inputs.get("ingress") or one.inputs.get("egress")
    )
    if not graph.of("ec2/defaultSecurityGroup"):
        yield "the default group is as AWS makes it"
    yield from (
        f"{one.name} gives public addresses"
        for one in graph.of("ec2/subnet")
        if one.inputs.get("mapPublicIpOnLaunch") is not False
    )


def doors(graph: Graph) -> set[str]:
    """Subnets with a way from the internet."""
    tables = {one.inputs["routeTableId"] for one in graph.of("ec2/route") if "gatewayId" in one.inputs}
    between = graph.of("ec2/routeTableAssociation")
    return {one.inputs["subnetId"] for one in between if one.inputs["routeTableId"] in tables}


def outdoors(graph: Graph) -> Iterator[Fault]:
    """Functions and databases where the internet comes in, or outside the network altogether."""
    known = {identity(one) for one in graph.of("ec2/subnet")}
    placed = {
        one.name: one.inputs.get("vpcConfig", {}).get("subnetIds") for one in graph.of("lambda/function")
    }
    placed |= {one.name: one.inputs["subnetIds"] for one in graph.of("rds/subnetGroup")}
    placed |= {
        one.name: one.inputs["subnetIds"] for one in graph.of("ec2/vpcEndpoint") if "subnetIds" in one.inputs
    }
    for name, subnets in placed.items():
        if not subnets or not set(subnets) <= known - doors(graph):
            yield f"{name} stands outdoors"
    yield from (
        f"{one.name} has a public address"
        for one in graph.of("rds/clusterInstance")
        if one.inputs.get("publiclyAccessible") is not False
    )
    yield from (f"{one.name} is an address of a function" for one in graph.of("lambda/functionUrl"))


@pytest.mark.parametrize("check", [open_network, outdoors])
def test_nobody_comes_in(check: Check, prod: Graph, dev: Graph) -> None:
    assert (list(check(prod)), list(check(dev))) == ([], [])


def test_the_network_is_left_by_functions_that_say_so(prod: Graph) -> None:
    leaving = {f"{PREFIX}-{one.name}" for one in functions() if one.trigger.internet}
    out = {identity(one) for one in prod.of("ec2/subnet") if "-outward-" in one.name}
    placed = {one.name: {*one.inputs["vpcConfig"]["subnetIds"]} for one in prod.of("lambda/function")}
    assert {name for name, subnets in placed.items() if subnets & out} == leaving
    assert all(subnets <= out for name, subnets in placed.items() if name in leaving)
    assert len(prod.of("ec2/natGateway")) == bool(leaving)


@pytest.mark.parametrize("internet", [False, True])
def test_there_is_a_way_out_if_one_function_asks_for_it(internet: bool) -> None:
    found = graph(lambda: _exported(network(config(REGION), services=("kms", "s3"), internet=internet)))
    addresses = {kind: len(found.of(kind)) for kind in ("ec2/natGateway", "ec2/eip", "ec2/internetGateway")}
    assert {*addresses.values()} == {int(internet)}
    assert len(found.exported["outward"]) == 2 * internet
    assert len(found.exported["private"]) == 2
    open_to = [one.inputs.get("cidrIpv4") for one in found.of("vpc/securityGroupEgressRule")]
    assert ("0.0.0.0/0" in open_to) is internet
    ways = {one.inputs["routeTableId"] for one in found.of("ec2/route")}
    assert "ec2/routeTable.astrolabe-dev-private" not in ways


def _exported(made: Network) -> None:
    pulumi.export("private", made.private)
    pulumi.export("outward", made.outward)


def test_services_are_reached_inside_the_network_by_functions_alone() -> None:
    found = graph(lambda: _exported(network(config(REGION), services=("kms", "s3", "sqs"), internet=False)))
    reached = {
        one.inputs["serviceName"].rpartition(".")[2]: one.inputs["vpcEndpointType"]
        for one in found.of("ec2/vpcEndpoint")
    }
    assert reached == {"kms": "Interface", "sqs": "Interface", "s3": "Gateway"}
    rules = {
        (one.inputs["securityGroupId"], one.inputs["referencedSecurityGroupId"], one.inputs["fromPort"])
        for one in found.of("vpc/securityGroupIngressRule")
    }
    group = "ec2/securityGroup.astrolabe-dev"
    assert rules == {
        (f"{group}-endpoints", f"{group}-functions", 443),
        (f"{group}-database", f"{group}-functions", 5432),
    }


Plant = Callable[[Graph], Graph]
FAULTS: list[tuple[Check, Plant, str]] = [
    (
        open_network,
        lambda g: g.with_("vpc/securityGroupIngressRule", DATABASE, cidrIpv4="0.0.0.0/0"),
        "admits",
    ),
    (
        open_network,
        lambda g: g.with_("ec2/securityGroup", DATABASE, ingress=[{"fromPort": 5432}]),
        "of its own",
    ),
    (open_network, lambda g: g.without("ec2/defaultSecurityGroup", f"{PREFIX}-default"), "as AWS makes it"),
    (
        open_network,
        lambda g: g.with_("ec2/subnet", f"{PREFIX}-private-1", mapPublicIpOnLaunch=True),
        "public addresses",
    ),
    (outdoors, lambda g: g.with_("lambda/function", f"{PREFIX}-auth-api", vpcConfig={}), "auth-api stands"),
    (
        outdoors,
        lambda g: g.with_("rds/subnetGroup", DATABASE, subnetIds=[f"ec2/subnet.{PREFIX}-door"]),
        "database stands",
    ),
    (
        outdoors,
        lambda g: g.with_("rds/clusterInstance", f"{DATABASE}-1", publiclyAccessible=True),
        "public address",
    ),
    (outdoors, lambda g: g.and_("lambda/functionUrl", "way-in"), "way-in"),
]


@pytest.mark.parametrize(("check", "plant", "told"), FAULTS)
def test_a_planted_opening_is_found(check: Check, plant: Plant, told: str, prod: Graph) -> None:
    assert told not in "\n".join(check(prod))
    assert told in "\n".join(check(plant(prod)))
