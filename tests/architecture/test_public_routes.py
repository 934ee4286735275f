"""Default deny: each route says who may call it, and those that all may are listed here."""

import pytest

from shared.http import Router, Rule, public
from shared.permissions import PERMISSIONS
from tests.architecture.routes import Found, routes

ROUTES = list(routes())
# Whoever adds a line here has thought of who else reads the answer; and of how often one may ask.
PUBLIC = {
    "GET /.well-known/jwks.json": "api",
    "GET /account/{page}": "api",
    "GET /v1/health": "api",
    "POST /v1/auth/forgot-password": "auth",
    "POST /v1/auth/login": "auth",
    "POST /v1/auth/refresh": "auth",
    "POST /v1/auth/register": "auth",
    "POST /v1/auth/reset-password": "auth",
    "POST /v1/auth/verify-email": "auth",
    "POST /v1/financial/stripe/webhook": "webhooks",
}


def rule(found: Found) -> Rule:
    assert isinstance(found.rule, Rule), found.name
    return found.rule


@pytest.mark.parametrize("found", ROUTES, ids=lambda found: found.name)
def test_every_route_says_who_may_call_it(found: Found) -> None:
    assert isinstance(found.rule, Rule)


def test_these_routes_are_for_everybody() -> None:
    open_to_all = {found.name: rule(found).rate.name for found in ROUTES if rule(found).permission is None}
    assert open_to_all == PUBLIC


def test_every_permission_is_asked_for_somewhere() -> None:
    """And `requires` raises for one that there is not."""
    asked = {id(rule(found).permission) for found in ROUTES}  # two may say the same
    assert [name for name, permission in PERMISSIONS.items() if id(permission) not in asked] == []


def test_a_route_without_a_rule_or_with_two_cannot_be_written() -> None:
    router = Router(prefix="/v1/open", tags=["open"])
    for dependencies in ([], [public(), public()]):
        with pytest.raises(TypeError, match="/v1/open/door must say who may call it"):
            router.get("/door", dependencies=dependencies)(lambda: {})
