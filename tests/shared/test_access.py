"""What a request's headers prove about its caller, before anything else is looked at."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from functions.auth import tokens
from infra import keys
from shared import secrets
from shared.access import BadToken, Caller, api_key_hash, caller_of_key, caller_of_token, credential
from shared.crypto import token_hash
from shared.permissions import EVERYBODY, PERMISSIONS, STAFF, Permission, Role
from tests.conftest import NOON, forget

USER, SESSION, KEY = uuid4(), uuid4(), uuid4()
QUARTER = timedelta(minutes=15)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


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


def signed_by(folder: Path, now: datetime) -> str:
    """By whoever read the folder's signing key just now."""
    kept = secrets.secret("signing-key")
    secrets._held["signing-key"] = (folder / "signing-key").read_text()
    tokens._signing_key.cache_clear()
    token = tokens.access_token(user_id=USER, role="user", session_id=SESSION, now=now)
    secrets._held["signing-key"] = kept
    return token


def is_valid(token: str, now: datetime) -> bool:
    try:
        return caller_of_token(token, now=now).id == USER
    except BadToken:
        return False


@pytest.fixture
def folder(keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keys of the test's own, so that it may rotate them."""
    monkeypatch.setenv("SECRETS_DIR", str(copytree(keys_folder, tmp_path / "keys")))
    forget()
    yield tmp_path / "keys"
    forget()


def rotate(folder: Path) -> None:
    keys.write(folder, keys.rotated(keys.read(folder), NOON))


def test_a_token_by_a_key_that_is_new_since_is_good_at_once_and_the_old_one_stays(folder: Path) -> None:
    old = signed_by(folder, NOON)
    assert is_valid(old, NOON)
    rotate(folder)
    later = NOON + 2 * MINUTE
    new = signed_by(folder, later)
    assert (is_valid(new, later), is_valid(old, later)) == (True, True)


def test_whoever_makes_up_key_ids_has_the_set_read_once_a_minute(folder: Path) -> None:
    old = signed_by(folder, NOON)
    forged = jwt.encode({}, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": "forged"})
    assert (is_valid(old, NOON), is_valid(forged, NOON + MINUTE)) == (True, False)
    rotate(folder)
    new = signed_by(folder, NOON + MINUTE)
    just_before, after = NOON + 2 * MINUTE - SECOND, NOON + 2 * MINUTE
    assert (is_valid(new, just_before), is_valid(forged, just_before)) == (False, False)
    assert is_valid(new, after)
    (folder / "jwks").unlink()  # nobody asks for it while all ids are known
    assert (is_valid(new, after + MINUTE), is_valid(old, after + MINUTE)) == (True, True)


def test_a_key_that_was_withdrawn_counts_until_the_set_is_read_again(folder: Path) -> None:
    old = signed_by(folder, NOON)
    assert is_valid(old, NOON)
    rotate(folder)
    newest, _ = json.loads((folder / "jwks").read_text())["keys"]
    (folder / "jwks").write_text(json.dumps({"keys": [newest]}))
    later = NOON + MINUTE
    assert is_valid(old, later)
    assert is_valid(signed_by(folder, later), later)
    assert not is_valid(old, later)


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
