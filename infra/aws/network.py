"""Where functions and database stand: a network that nobody enters, and that few of them leave."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi_aws as aws
from pulumi import Input, Output

from infra.aws.config import Config

BLOCK = "10.20.0.0/16"
PARTS = list(IPv4Network(BLOCK).subnets(new_prefix=20))  # 4,091 addresses each
PRIVATE, OUTWARD, DOOR = PARTS[0:2], PARTS[2:4], PARTS[4]
ANYWHERE = "0.0.0.0/0"
HTTPS, POSTGRESQL = 443, 5432
OUTSIDE = {"ses"}  # has an endpoint for SMTP alone in most regions: what sends mail says `internet=True`


@dataclass(frozen=True)
class Network:
    vpc_id: Output[str]
    private: Sequence[Output[str]]  # subnets, one in each zone
    outward: Sequence[Output[str]]  # the same, with a way to the internet; none if no function asks for it
    functions: Output[str]  # security groups
    database: Output[str]


def network(config: Config, *, services: Collection[str], internet: bool) -> Network:
    """`services`: those of AWS that the functions call, by the names of their clients."""
    vpc, zones = _vpc(config.prefix), _zones()
    private = _subnets(config.prefix, vpc, "private", PRIVATE, zones)
    tables = [_routes(config.prefix, vpc, "private", private)]
    functions, database = (_group(config.prefix, vpc, what) for what in ("functions", "database"))
    _admit(f"{config.prefix}-database", functions, to=database, port=POSTGRESQL)

    outward = []
    if internet:
        outward = _subnets(config.prefix, vpc, "outward", OUTWARD, zones)
        tables.append(_routes(config.prefix, vpc, "outward", outward, nat=_nat(config.prefix, vpc, zones[0])))
        _let_out(f"{config.prefix}-internet", functions, port=HTTPS, cidr_ipv4=ANYWHERE)

    # An endpoint costs by the hour and zone; from the other zone it is as near, while its own one stands.
    near = private if config.durable else private[:1]
    _endpoints(config.prefix, vpc, sorted({*services} - {"s3"} - OUTSIDE), near, functions)
    if "s3" in services:
        _storage(config.prefix, vpc, tables, functions)
    return Network(vpc.id, _ids(private), _ids(outward), functions.id, database.id)


def _vpc(prefix: str) -> aws.ec2.Vpc:
    """What lands in its default group by mistake can talk to nobody."""
    vpc = aws.ec2.Vpc(
        prefix,
        cidr_block=BLOCK,
        enable_dns_support=True,
        enable_dns_hostnames=True,  # or the endpoints' private names would not resolve
        tags={"Name": prefix},
    )
    aws.ec2.DefaultSecurityGroup(f"{prefix}-default", vpc_id=vpc.id, ingress=[], egress=[])
    return vpc


def _zones() -> list[str]:
    """Two of them; a zone that one must ask for is none of ours."""
    found = aws.get_availability_zones(
        state="available", filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}]
    )
    return sorted(found.names)[:2]


def _subnets(
    prefix: str, vpc: aws.ec2.Vpc, what: str, blocks: Sequence[IPv4Network], zones: Sequence[str]
) -> list[aws.ec2.Subnet]:
    return [
        _subnet(f"{prefix}-{what}-{number}", vpc, block, zone)
        for number, (block, zone) in enumerate(zip(blocks, zones, strict=True), start=1)
    ]


def _subnet(name: str, vpc: aws.ec2.Vpc, block: IPv4Network, zone: str) -> aws.ec2.Subnet:
    return aws.ec2.Subnet(
        name,
        vpc_id=vpc.id,
        availability_zone=zone,
        cidr_block=str(block),
        map_public_ip_on_launch=False,
        tags={"Name": name},
    )


def _routes(
    prefix: str,
    vpc: aws.ec2.Vpc,
    what: str,
    subnets: Sequence[aws.ec2.Subnet],
    *,
    nat: aws.ec2.NatGateway | None = None,
    gateway: aws.ec2.InternetGateway | None = None,
) -> aws.ec2.RouteTable:
    """Without one of the two, a way to the network itself and to nothing else."""
    name = f"{prefix}-{what}"
    table = aws.ec2.RouteTable(name, vpc_id=vpc.id, tags={"Name": name})
    for number, subnet in enumerate(subnets, start=1):
        aws.ec2.RouteTableAssociation(f"{name}-{number}", route_table_id=table.id, subnet_id=subnet.id)
    if nat or gateway:
        aws.ec2.Route(
            name,
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=nat.id if nat else None,
            gateway_id=gateway.id if gateway else None,
        )
    return table


def _nat(prefix: str, vpc: aws.ec2.Vpc, zone: str) -> aws.ec2.NatGateway:
    """The one public address. One zone's fall takes the way out along, not what stays inside."""
    subnet = _subnet(f"{prefix}-door", vpc, DOOR, zone)
    gateway = aws.ec2.InternetGateway(prefix, vpc_id=vpc.id, tags={"Name": prefix})
    _routes(prefix, vpc, "door", [subnet], gateway=gateway)
    address = aws.ec2.Eip(f"{prefix}-door", domain="vpc", tags={"Name": f"{prefix}-door"})
    return aws.ec2.NatGateway(prefix, subnet_id=subnet.id, allocation_id=address.id, tags={"Name": prefix})


def _endpoints(
    prefix: str,
    vpc: aws.ec2.Vpc,
    services: Sequence[str],
    subnets: Sequence[aws.ec2.Subnet],
    functions: aws.ec2.SecurityGroup,
) -> None:
    """AWS's services under their usual names, at addresses of our own."""
    group, region = _group(prefix, vpc, "endpoints"), aws.get_region().region
    _admit(f"{prefix}-endpoints", functions, to=group, port=HTTPS)
    for service in services:
        aws.ec2.VpcEndpoint(
            f"{prefix}-{service}",
            vpc_id=vpc.id,
            vpc_endpoint_type="Interface",
            service_name=f"com.amazonaws.{region}.{service}",
            private_dns_enabled=True,
            subnet_ids=_ids(subnets),
            security_group_ids=[group.id],
            tags={"Name": f"{prefix}-{service}"},
        )


def _storage(
    prefix: str,
    vpc: aws.ec2.Vpc,
    tables: Sequence[aws.ec2.RouteTable],
    functions: aws.ec2.SecurityGroup,
) -> None:
    """S3 by a route, which costs nothing."""
    endpoint = aws.ec2.VpcEndpoint(
        f"{prefix}-s3",
        vpc_id=vpc.id,
        vpc_endpoint_type="Gateway",
        service_name=f"com.amazonaws.{aws.get_region().region}.s3",
        route_table_ids=[table.id for table in tables],
        tags={"Name": f"{prefix}-s3"},
    )
    _let_out(f"{prefix}-s3", functions, port=HTTPS, prefix_list_id=endpoint.prefix_list_id)


def _group(prefix: str, vpc: aws.ec2.Vpc, what: str) -> aws.ec2.SecurityGroup:
    """Empty at first: Pulumi takes out the rule that lets everything leave."""
    name = f"{prefix}-{what}"
    return aws.ec2.SecurityGroup(
        name, name=name, description=f"Astrolabe's {what}", vpc_id=vpc.id, tags={"Name": name}
    )


def _admit(name: str, source: aws.ec2.SecurityGroup, *, to: aws.ec2.SecurityGroup, port: int) -> None:
    _let_out(name, source, port=port, referenced_security_group_id=to.id)
    aws.vpc.SecurityGroupIngressRule(
        name,
        security_group_id=to.id,
        referenced_security_group_id=source.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
    )


def _let_out(
    name: str,
    group: aws.ec2.SecurityGroup,
    *,
    port: int,
    referenced_security_group_id: Input[str] | None = None,
    cidr_ipv4: str | None = None,
    prefix_list_id: Input[str] | None = None,
) -> None:
    aws.vpc.SecurityGroupEgressRule(
        name,
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=port,
        to_port=port,
        referenced_security_group_id=referenced_security_group_id,
        cidr_ipv4=cidr_ipv4,
        prefix_list_id=prefix_list_id,
    )


def _ids(subnets: Sequence[aws.ec2.Subnet]) -> list[Output[str]]:
    return [subnet.id for subnet in subnets]
