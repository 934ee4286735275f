"""A life with an account, over HTTP."""

from tests.calls import Api
from tests.functions.auth import make


def test_an_account_is_opened_confirmed_and_used(api: Api) -> None:
    make.verified(api)
    tokens = make.tokens(api)
    me = api.signed_in(tokens["access_token"]).get("/v1/auth/me")
    assert (me.status, me.json()["email"], me.json()["username"]) == (200, "Ada@example.com", "ada")
