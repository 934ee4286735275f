"""What the program asks of AWS, answered for a local one."""

from collections.abc import Callable, Mapping
from typing import Any

from infra.localstack.creators.account import REGION, Account

Answer = Mapping[str, Any]


class UnknownQuestion(Exception):
    """Nobody has said what a local AWS answers."""


def look_up(account: Account, token: str, asked: Mapping[str, Any]) -> Answer:
    try:
        answer = ANSWERS[token]
    except KeyError:
        raise UnknownQuestion(f"{token} has no answer for a local AWS: infra/localstack/look_up.py") from None
    return answer(account, asked)


def _region(account: Account, asked: Answer) -> Answer:
    return {"id": REGION, "region": REGION, "name": REGION, "description": "this machine"}


def _caller(account: Account, asked: Answer) -> Answer:
    return {"id": account.id, "accountId": account.id, "arn": f"arn:aws:iam::{account.id}:root"}


def _partition(account: Account, asked: Answer) -> Answer:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com"}


def _zones(account: Account, asked: Answer) -> Answer:
    letters = "abc"
    return {
        "id": REGION,
        "names": [f"{REGION}{letter}" for letter in letters],
        "zoneIds": [f"use1-az{number}" for number, _ in enumerate(letters, 1)],
    }


def _hosted_zone(account: Account, asked: Answer) -> Answer:
    """No name service leads here: records are left out, and any zone will do."""
    name = asked.get("name", "")
    return {"id": "local", "zoneId": "local", "name": name, "nameServers": []}


ANSWERS: dict[str, Callable[[Account, Answer], Answer]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:route53/getZone:getZone": _hosted_zone,
}
