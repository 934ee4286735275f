"""How often one caller may knock: token buckets, counted before the request's own transaction."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any

from shared.db.driver import Statement
from shared.errors import TooMany
from shared.settings import settings


@dataclass(frozen=True)
class Rate:
    name: str
    capacity: int
    seconds: int


API = Rate("api", 600, 60)
AUTH = Rate("auth", 60, 60)


def take(rate: Rate, *, caller: str, now: datetime) -> Statement:
    values = (_bucket(rate, caller), _capacity(rate), rate.seconds, now)
    return "select * from platform.take($1, $2, $3, $4)", values


def take_by_key(rate: Rate, *, key_hash: bytes, block: str, now: datetime) -> Statement:
    """Whoever makes keys up has the one bucket of all who have none there, or each would have a new one."""
    bucket = "case when exists (select from auth.identify($5)) then $1 else $6 end"
    values = (
        _bucket(rate, key_hash.hex()),
        _capacity(rate),
        rate.seconds,
        now,
        key_hash,
        _bucket(rate, block),
    )
    return f"select * from platform.take({bucket}, $2, $3, $4)", values  # noqa: S608 (constants)


def _bucket(rate: Rate, caller: str) -> str:
    return f"{rate.name}:{caller}"


def headers(rate: Rate, taken: tuple[Any, ...]) -> dict[str, str]:
    """What the bucket has left, as RateLimit-* fields. A bucket that is empty refuses."""
    allowed, remaining, wait = taken
    told = {
        "RateLimit-Limit": str(_capacity(rate)),
        "RateLimit-Remaining": str(remaining),
        "RateLimit-Reset": str(wait),
    }
    if not allowed:
        raise TooMany(headers=told | {"Retry-After": str(max(wait, 1))})
    return told


def _capacity(rate: Rate) -> int:
    return rate.capacity * settings().rate_limit_factor


def block_of(address: str) -> str:
    """An IPv4 address stands for itself, an IPv6 one for the /64 that one subscriber has."""
    parsed = ip_address(address)
    if parsed.version == 6:
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)
