"""What a request's headers prove about its caller, before anything else is looked at."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from functions.auth import tokens
from shared.access import BadToken, Caller, api_key_hash, caller_of_key, caller_of_token, credential
from shared.crypto import token_hash
from shared.permissions import EVERYBODY, PERMISSIONS, STAFF, Permission, Role
from tests.conftest import NOON, forget

USER, SESSION, KEY = uuid4(), uuid4(), uuid4()
QUARTER = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


@pytest.fixture
def token(keys_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Given at noon."""
    monkeypatch.setenv("SECRETS_DIR", str(keys_folder))
    forget()
    yield tokens.access_token(user_id=USER, role="support", session_id=SESSION, now=NOON)
    forget()


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"authorization": "Bearer abc"}, "abc"),
        ({"authorization": "bearer abc"}, "abc"),
        ({"authorization": "Bearer  abc "}, "abc"),
        ({"authorization": "Basic abc"}, None),
        ({"authorization": "Bearer "}, None),
        ({"authorization": "abc"}, None),
        ({}, None),
        ({"apca-api-key-id": "key", "apca-api-secret-key": "secret"}, "key.secret"),
        ({"apca-api-key-id": "key"}, None),
        ({"apca-api-secret-key": "secret"}, None),
        ({"authorization": "Bearer abc", "apca-api-key-id": "key", "apca-api-secret-key": "secret"}, "abc"),
        ({"cookie": "token=abc"}, None),
    ],
)
def test_a_credential_comes_as_bearer_or_as_alpaca_s_pair(headers: dict[str, str], found: str | None) -> None:
    assert credential(headers) == found


def test_an_api_key_is_told_from_a_token_by_its_first_letters() -> None:
    assert api_key_hash("ask_live_abc.def") == token_hash("ask_live_abc.def")
    assert api_key_hash("eyJhbGciOi.abc.def") is None
    assert api_key_hash(" ask_live_abc") is None


def test_a_token_says_who_it_is_in_which_role_and_session(token: str) -> None:
    assert caller_of_token(token, now=NOON) == Caller(USER, "support", session_id=SESSION)


@pytest.mark.parametrize(
    ("at", "valid"),
    [(NOON - SECOND, False), (NOON, True), (NOON + QUARTER - SECOND, True), (NOON + QUARTER, False)],
)
def test_a_token_is_valid_from_its_beginning_to_before_its_end(token: str, at: datetime, valid: bool) -> None:
    if valid:
        assert caller_of_token(token, now=at).id == USER
    else:
        with pytest.raises(BadToken):
            caller_of_token(token, now=at)


def test_a_key_that_was_found_names_its_owner_and_scopes_and_no_session() -> None:
    row = (KEY, USER, "user", ["read", "trade"], "taken", "the role")
    assert caller_of_key([row]) == Caller(USER, "user", key_id=KEY, scopes=("read", "trade"))
    with pytest.raises(BadToken):
        caller_of_key([])


@pytest.mark.parametrize(
    ("caller", "permission", "may"),
    [
        (Caller(USER, "user", session_id=SESSION), Permission(EVERYBODY, "read"), True),
        (Caller(USER, "user", session_id=SESSION), Permission(STAFF, "read"), False),
        (Caller(USER, "support", session_id=SESSION), Permission(STAFF, None), True),
        (Caller(USER, "user", key_id=KEY, scopes=("read",)), Permission(EVERYBODY, "read"), True),
        (Caller(USER, "user", key_id=KEY, scopes=("read",)), Permission(EVERYBODY, "trade"), False),
        (Caller(USER, "user", key_id=KEY, scopes=("admin",)), Permission(STAFF, "admin"), False),
        (Caller(USER, "admin", key_id=KEY, scopes=("admin",)), Permission(STAFF, "admin"), True),
        (Caller(USER, "admin", key_id=KEY, scopes=("read",)), Permission(STAFF, "admin"), False),
        (Caller(USER, "nonsense", session_id=SESSION), Permission(EVERYBODY, "read"), False),
    ],
)
def test_a_caller_may_what_the_role_and_of_a_key_the_scope_allow(
    caller: Caller, permission: Permission, may: bool
) -> None:
    assert caller.may(permission) is may


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_no_key_may_what_no_scope_allows(role: Role) -> None:
    key = Caller(USER, role, key_id=KEY, scopes=("read", "trade", "transfer", "admin"))
    managing = {name for name, permission in PERMISSIONS.items() if permission.scope is None}
    assert managing >= {"credentials:manage", "sessions:manage"}
    assert {name for name in managing if key.may(PERMISSIONS[name])} == set()
