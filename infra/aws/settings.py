"""What a stack has to tell its functions, by the names of shared.settings: each is told what it reads."""

import json
from collections.abc import Collection

from pulumi import Input

from infra.aws.certificates import IN_LAYER
from infra.aws.config import Config
from infra.aws.database import Database
from infra.aws.queues import Line, url_prefix
from infra.discover import Function, schedules


def settings(
    config: Config,
    functions: Collection[Function],
    *,
    public_url: Input[str],
    users_key: Input[str],
    sender: Input[str],
    bucket: Input[str],
    bus: Input[str],
    lines: Collection[Line],
    database: Database,
    checked: bool,
) -> dict[str, Input[str]]:
    """`checked`: whether the functions have certificates to check the database's against."""
    told: dict[str, Input[str]] = {
        "public_url": public_url,
        "secrets_prefix": f"astrolabe/{config.stack}/",
        "kms_key_id": users_key,
        "mail_from": sender,
        "bucket": bucket,
        "event_bus": bus,
        "queue_url_prefix": url_prefix(lines),
        "queue_prefix": f"{config.prefix}-",
        "schedules": json.dumps(schedules(functions)),
        "database_host": database.host,
        "database_port": database.port.apply(lambda port: str(int(port))),
        "database_admin_secret": database.admin_secret,
    }
    where = {"rates_url": config.rates_url, "stripe_url": config.stripe_url}
    told |= {name: url for name, url in where.items() if url}
    return told | ({"database_ca_file": IN_LAYER} if checked else {})
