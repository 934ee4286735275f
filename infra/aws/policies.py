"""Rights as IAM writes them: for each function the actions it takes, on the very things it takes them on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi import Input, Output

from infra.aws.house import House
from infra.aws.rights import Rights

Statement = Mapping[str, Any]

ACTIONS = {  # what our code does with a client
    "events": ["events:PutEvents"],
    "kms": ["kms:Decrypt", "kms:Encrypt"],
    "s3": ["s3:GetObject", "s3:PutObject"],
    "ses": ["ses:SendRawEmail"],
    "sqs": ["sqs:SendMessage"],
}
# How Lambda puts a function into a network. These actions know no resources.
NETWORK = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]
RECEIVE = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
MAY_BECOME = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def statements(
    house: House, rights: Rights, *, log_group: Input[str], hears: Sequence[Input[str]]
) -> list[Statement]:
    """`hears`: the queues that wake it."""
    return [
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], [Output.concat(log_group, ":*")]),
        allow(NETWORK, ["*"]),
        *([allow(RECEIVE, hears)] if hears else []),
        *_services(house, rights),
        *_secrets(house, rights),
    ]


def allow(actions: Sequence[str], resources: Sequence[Input[str]]) -> Statement:
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def _services(house: House, rights: Rights) -> Iterator[Statement]:
    for service in sorted(rights.services - {"secretsmanager"}):  # whose rights are by secret, below
        yield allow(ACTIONS[service], [house.objects[service]])


def _secrets(house: House, rights: Rights) -> Iterator[Statement]:
    """What is not declared is not granted: the master keys, in whose place is KMS."""
    names = rights.secrets | ({f"database/{rights.login}"} if rights.login else set())
    if found := sorted(names & house.secrets.keys()):
        yield allow(["secretsmanager:GetSecretValue"], [house.secrets[name] for name in found])
