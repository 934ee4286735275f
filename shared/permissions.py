"""What may be done, by which role, and under which scope of an API key: the one table of it."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["user", "instructor", "support", "compliance", "admin"]
Scope = Literal["read", "trade", "transfer", "admin"]

EVERYBODY: frozenset[Role] = frozenset(get_args(Role))
STAFF: frozenset[Role] = frozenset({"support", "compliance", "admin"})
ADMIN: frozenset[Role] = frozenset({"admin"})


@dataclass(frozen=True)
class Permission:
    roles: frozenset[Role]
    scope: Scope | None  # None: no API key may do it
    live_session: bool = False  # a revoked session's token may not live out its minutes here


PERMISSIONS = {
    "account:read": Permission(EVERYBODY, "read"),
    "sessions:manage": Permission(EVERYBODY, None),
    "sessions:revoke": Permission(EVERYBODY, None, live_session=True),  # or who was ended would end the rest
    "credentials:manage": Permission(EVERYBODY, None, live_session=True),
    "money:read": Permission(EVERYBODY, "read"),
    "money:move": Permission(EVERYBODY, "transfer", live_session=True),
    "money:review": Permission(frozenset({"compliance", "admin"}), "admin", live_session=True),
    "operations:read": Permission(STAFF, "admin"),
    "operations:repair": Permission(ADMIN, "admin", live_session=True),
    "audit:read": Permission(frozenset({"compliance", "admin"}), "admin"),
    "audit:review": Permission(frozenset({"compliance", "admin"}), "admin", live_session=True),
}
