"""A scenario: somebody opens an account, uses it, forgets the password, and is let in again.

Somebody else never confirms, and a day later the name is free.
"""

from datetime import timedelta

from tests.storm.world import World

FIRST, SECOND = "a first long phrase", "a second long phrase"
BAD_LINK = 422


def life(world: World) -> None:
    ada = {"email": world.email("ada")}
    world.call("POST", "/v1/auth/register", {**ada, "username": world.name("ada"), "password": FIRST})
    link = {"token": world.mailed_token("ada", "Confirm your address")}
    world.call("POST", "/v1/auth/verify-email", link, done_already=[BAD_LINK])
    tokens = world.call("POST", "/v1/auth/login", {**ada, "password": FIRST})
    refreshed = {"refresh_token": tokens["refresh_token"]}
    tokens = world.call("POST", "/v1/auth/refresh", refreshed)
    world.call("GET", "/v1/auth/me", token=tokens["access_token"])
    world.call("POST", "/v1/auth/forgot-password", ada)
    reset = {"token": world.mailed_token("ada", "Choose a new password"), "password": SECOND}
    world.call("POST", "/v1/auth/reset-password", reset, done_already=[BAD_LINK])
    tokens = world.call("POST", "/v1/auth/login", {**ada, "password": SECOND})
    world.call("DELETE", "/v1/auth/sessions", token=tokens["access_token"])
    world.call("POST", "/v1/auth/logout", token=tokens["access_token"])

    bob = {"username": world.name("bob"), "password": FIRST}
    world.call("POST", "/v1/auth/register", {**bob, "email": world.email("bob")})
    world.sleep(timedelta(hours=25))
    world.call("POST", "/v1/auth/register", {**bob, "email": world.email("carl")})
