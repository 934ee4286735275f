"""A scenario: somebody opens an account, uses it, forgets the password, and is let in again.

Somebody else never confirms, and a day later the name is free.
"""

from datetime import timedelta

from tests.storm.world import World

FIRST, SECOND = "a first long phrase", "a second long phrase"


def life(world: World) -> None:
    ada = {"email": world.email("ada")}
    world.call("POST", "/v1/auth/register", {**ada, "username": world.name("ada"), "password": FIRST})
    world.follow("ada", "Confirm your address", "/v1/auth/verify-email")
    tokens = world.call("POST", "/v1/auth/login", {**ada, "password": FIRST})
    refreshed = {"refresh_token": tokens["refresh_token"]}
    tokens = world.call("POST", "/v1/auth/refresh", refreshed)
    world.call("GET", "/v1/auth/me", token=tokens["access_token"])
    world.call("POST", "/v1/auth/forgot-password", ada)
    world.follow("ada", "Choose a new password", "/v1/auth/reset-password", password=SECOND)
    tokens = world.call("POST", "/v1/auth/login", {**ada, "password": SECOND})
    world.call("DELETE", "/v1/auth/sessions", token=tokens["access_token"])
    world.call("POST", "/v1/auth/logout", token=tokens["access_token"])

    bob = {"username": world.name("bob"), "password": FIRST}
    world.call("POST", "/v1/auth/register", {**bob, "email": world.email("bob")})
    world.sleep(timedelta(hours=25))
    world.call("POST", "/v1/auth/register", {**bob, "email": world.email("carl")})
