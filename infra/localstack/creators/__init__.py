"""What AWS would make of each resource that the program declares, made on a local AWS by boto3."""

from infra.localstack.creators import (
    alarms,
    calls,
    database,
    events,
    gateway,
    iam,
    keys,
    lambda_,
    logs,
    mail,
    network,
    sqs,
    storage,
)
from infra.localstack.creators.creator import CREATORS

# Each module keeps its creators in CREATORS when it is imported.
__all__ = [
    "CREATORS",
    "alarms",
    "calls",
    "database",
    "events",
    "gateway",
    "iam",
    "keys",
    "lambda_",
    "logs",
    "mail",
    "network",
    "sqs",
    "storage",
]
