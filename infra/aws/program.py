"""The whole of a stack, in the order in which it comes to stand."""

from collections.abc import Iterable, Mapping

import pulumi
import pulumi_aws as aws
from pulumi import Output

from infra import discover
from infra.aws import rights
from infra.aws.certificates import certificates
from infra.aws.config import Config, config
from infra.aws.database import database
from infra.aws.domain import public_url, serve
from infra.aws.functions import Deployed, deploy
from infra.aws.gateway import STAGE, gateway, open_doors
from infra.aws.house import House
from infra.aws.keys import keys
from infra.aws.layers import Layers
from infra.aws.mail import mail
from infra.aws.migrations import migrated
from infra.aws.network import network
from infra.aws.queues import Line, feed, line, subscribe
from infra.aws.rights import Rights
from infra.aws.schedules import schedule
from infra.aws.settings import settings
from infra.aws.storage import bucket
from infra.aws.watch import watch
from infra.database import LOGINS
from infra.discover import Function
from shared.storage import PASSING

Lines = Mapping[str, Line]  # by the function that it wakes


def program() -> None:
    region, account = aws.get_region().region, aws.get_caller_identity().account_id
    given = config(region)
    functions = discover.functions()
    reached = [rights.of(function) for function in (*functions, discover.owner())]

    # What holds data, and the ways to it.
    own, objects, post = keys(given), bucket(given), mail(given)
    services = frozenset(service for found in reached for service in found.services)
    net = network(given, services=services, internet=any(found.internet for found in reached))
    data = database(given, net, own)
    bus = aws.cloudwatch.EventBus("bus", name=given.prefix)
    lines = {one.name: line(given.prefix, one) for one in functions if one.trigger.kind in ("event", "job")}
    door = gateway(given.prefix)
    url = public_url(given, door.api.id, STAGE)

    # What the functions share, then their schema, then they.
    trusted = certificates(given.database_ca)
    house = House(
        config=given,
        network=net,
        settings=settings(
            given,
            functions,
            public_url=url,
            users_key=own.users,
            sender=post.sender,
            bucket=objects.name,
            bus=bus.name,
            lines=lines.values(),
            database=data,
            checked=trusted is not None,
        ),
        secrets=declared(given, reached),
        objects={
            "events": bus.arn,
            "kms": own.users,
            "s3": Output.concat(objects.arn, f"/{PASSING}*"),
            "ses": post.identity_arn,
            "sqs": f"arn:aws:sqs:{region}:{account}:{given.prefix}-*",
        },
    )
    layers = Layers(given, trusted)
    owner, schema = migrated(house, layers, database=data, its_key=own.data)
    deployed = [deploy(house, one, layers, hears=_hears(one, lines), after=[schema]) for one in functions]

    # What wakes them, and who watches over all of it.
    for one, function in zip(functions, deployed, strict=True):
        wake(house, bus, function, lines, lines.get(one.name))
    stage = open_doors(door, [function for function in deployed if function.trigger.kind == "http"])
    serve(given, door.api.id, stage)
    watch(given, [*deployed, owner], lines.values(), data)

    names = {one.name: function.name for one, function in zip(functions, deployed, strict=True)}
    pulumi.export("url", url)
    pulumi.export("bucket", objects.name)
    pulumi.export("functions", names | {"migrations": owner.name})


def declared(given: Config, reached: Iterable[Rights]) -> dict[str, Output[str]]:
    """A secret for each name in the code and each login. Their values are made in the stack, by its owner."""
    names = {name for found in reached for name in found.secrets} | {f"database/{login}" for login in LOGINS}
    return {
        name: aws.secretsmanager.Secret(
            name.replace("/", "-"),
            name=f"astrolabe/{given.stack}/{name}",
            recovery_window_in_days=30 if given.durable else 0,
        ).arn
        for name in sorted(names - {"master-keys"})  # KMS wraps in AWS
    }


def wake(
    house: House, bus: aws.cloudwatch.EventBus, function: Deployed, lines: Lines, own: Line | None
) -> None:
    """By what its last line says."""
    match function.trigger.kind:
        case "event" | "job" if own:
            feed(house.name(own.consumer), own.queue, function)
            if function.trigger.kind == "event":
                subscribe(house, bus, own)
        case "dead_letters":
            for line in lines.values():
                feed(house.name(f"{line.consumer}-dlq"), line.dead, function)
        case "cron" | "loop":
            schedule(function)


def _hears(function: Function, lines: Lines) -> list[Output[str]]:
    if function.trigger.kind == "dead_letters":
        return [line.dead.arn for line in lines.values()]
    return [lines[function.name].queue.arn] if function.name in lines else []
