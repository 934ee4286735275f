"""The first admin, further ones, and the keys of the house: what somebody at the console may do."""

import json
import os
from pathlib import Path
from shutil import copytree
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from functions.auth.cli import app
from functions.auth.events import RoleGranted, SessionsRevoked
from functions.auth.operations import user_keys
from functions.auth.tables import AuthLog, LoginAttempt, Session, User, UserKey
from infra import keys
from shared import clock as clocks
from shared import envelope
from shared.db import house, system, transaction
from shared.device import Device
from shared.wrapped_key import WrappedKey
from tests.calls import Api
from tests.conftest import forget
from tests.functions.auth import make, stored
from tests.functions.auth.make import ADA, BOB, PASSWORD

pytestmark = pytest.mark.usefixtures("database")

ROOT = "root@example.com"
NEW = "another long phrase"


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, words, input=typed)


def create(email: str, *options: str, typed: str = "") -> Result:
    return run("admin", "create", email, *options, typed=typed)


def user(email: str) -> Any:
    (found,) = stored.rows(User, User.email == email)
    return found


def test_the_first_admin_is_made_at_the_console_and_chooses_a_password_by_letter(api: Api) -> None:
    made = create(ROOT, "--json")
    root = user(ROOT)
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout) == {"user_id": str(root.id), "email": ROOT, "role": "admin"}
    assert (root.username, root.role, root.status, root.password_hash) == ("admin", "admin", "active", None)
    (letter,) = make.mails(to=ROOT)
    assert letter["Subject"] == "Your account at Astrolabe"
    body = {"token": make.link_token(letter), "password": NEW}
    assert api.post("/v1/auth/reset-password", body).status == 204
    signed_in = api.post("/v1/auth/login", {"email": ROOT, "password": NEW})
    me = api.signed_in(signed_in.json()["access_token"]).get("/v1/auth/me").json()
    assert (me["email"], me["role"]) == (ROOT, "admin")


def test_it_leaves_its_trace_as_done_by_the_house() -> None:
    create(ROOT)
    root = user(ROOT)
    assert stored.sent(RoleGranted) == [{"user_id": str(root.id), "role": "admin"}]
    assert [(line.user_id, line.event) for line in stored.rows(AuthLog)] == [(root.id, "role_granted")]
    (row,) = stored.rows(house.audit_logs)
    assert (row.action, row.user_id, row.tenant) == ("auth.role_granted", None, str(root.id))
    (key,) = stored.rows(UserKey)
    data_key = envelope.unwrap(WrappedKey(key.key_id, key.wrapped), owner=root.id)
    assert row.new_values["role"] == "admin"
    assert envelope.unseal(data_key, row.new_values["email"], field="email") == ROOT


def test_where_there_is_an_admin_the_console_alone_makes_no_other() -> None:
    make.account(ADA, role="admin")
    refused = create(ROOT)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("There is an admin already")
    assert [found.email for found in stored.rows(User)] == [ADA.email]


def test_an_admin_who_is_suspended_keeps_nobody_out() -> None:
    make.account(ADA, role="admin", status="suspended")
    assert create(ROOT).exit_code == 0


def test_an_admin_makes_another_with_their_own_password() -> None:
    admin_id = make.account(ADA, role="admin")
    made = create(ROOT, "--username", "root", "--as", ADA.email, typed=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert (user(ROOT).role, user(ROOT).username) == ("admin", "root")
    (row,) = stored.rows(house.audit_logs)
    assert (row.user_id, row.tenant) == (admin_id, str(user(ROOT).id))


def test_an_admin_is_known_by_the_address_as_they_write_it() -> None:
    assert create("ada@bücher.example", "--username", "ada").exit_code == 0
    stored.change(User, password_hash=make.password_hash(PASSWORD))
    made = create(ROOT, "--username", "root", "--as", "Ada@BÜCHER.example", typed=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert [user.email for user in stored.rows(User)] == ["ada@xn--bcher-kva.example", ROOT]


@pytest.mark.parametrize("as_whom", [ADA.email, BOB.email, "nobody@example.com"])
def test_a_wrong_password_makes_no_admin_and_is_counted(as_whom: str) -> None:
    make.account(ADA, role="admin")
    make.account(BOB)
    refused = create(ROOT, "--as", as_whom, typed="not the password\n")
    assert refused.exit_code == 2
    assert "The email or the password is wrong" in refused.stderr
    assert stored.rows(User, User.email == ROOT) == []
    assert [attempt.failed for attempt in stored.rows(LoginAttempt)] == [1]


def test_after_five_wrong_passwords_the_right_one_is_not_looked_at_either() -> None:
    make.account(ADA, role="admin")
    for _ in range(5):
        make.tried(ADA, device=Device("127.0.0.1", None))
    refused = create(ROOT, "--as", ADA.email, typed=f"{PASSWORD}\n")
    assert (refused.exit_code, refused.stderr.partition(".")[0]) == (2, "Too many failed attempts")


def test_who_is_no_admin_makes_none() -> None:
    make.account(ADA, role="admin")
    make.account(BOB, role="compliance")
    refused = create(ROOT, "--as", BOB.email, typed=f"{PASSWORD}\n")
    assert (refused.exit_code, stored.rows(User, User.email == ROOT)) == (2, [])


def test_an_account_that_is_there_becomes_an_admin_s_keeps_its_password_and_is_signed_out(api: Api) -> None:
    user_id = make.account(ADA)
    session = make.session(ADA)
    assert create("ADA@example.com").exit_code == 0
    ada = user(ADA.email)
    assert (ada.role, ada.username, ada.password_hash) == ("admin", "ada", make.password_hash(PASSWORD))
    assert api.post("/v1/auth/refresh", {"refresh_token": session.refresh_token}).status == 401
    (revoked,) = stored.sent(SessionsRevoked)
    assert (revoked["user_id"], revoked["reason"]) == (str(user_id), "role_granted")
    granted = stored.rows(house.audit_logs, house.audit_logs.c.action == "auth.role_granted")
    assert [(row.old_values, row.new_values) for row in granted] == [({"role": "user"}, {"role": "admin"})]
    assert make.mails() == []


def test_to_make_an_admin_of_an_admin_changes_nothing() -> None:
    make.account(ADA, role="admin")
    session = make.session(ADA)
    assert create(ADA.email, "--as", ADA.email, typed=f"{PASSWORD}\n").exit_code == 0
    assert stored.sent(RoleGranted) == []
    held = [row for row in stored.rows(Session) if str(row.id) in session.refresh_token]
    assert [row.revoked_at for row in held] == [None]


def test_whoever_registered_the_address_without_confirming_it_gains_nothing(api: Api) -> None:
    make.register(api, make.Account(ROOT, "squatter", PASSWORD))
    link = make.link_token(make.mails()[-1])
    assert create(ROOT).exit_code == 0
    assert (user(ROOT).username, user(ROOT).password_hash) == ("admin", None)
    assert api.post("/v1/auth/verify-email", {"token": link}).status == 422
    assert api.post("/v1/auth/login", {"email": ROOT, "password": PASSWORD}).status == 401


def test_what_cannot_be_an_admin_is_refused_in_a_sentence() -> None:
    make.account(ADA)
    make.account(BOB, status="suspended")
    sentences = {
        ("not-an-address",): "Invalid value for 'EMAIL'",
        (ROOT, "--username", "a b"): "Invalid value for '--username'",
        (ROOT, "--username", "Ada"): "This username is taken",
        (BOB.email,): "This account is suspended or deleted",
    }
    for words, sentence in sentences.items():
        refused = create(*words)
        assert (refused.exit_code, sentence in refused.stderr) == (2, True), refused.output
    assert {found.role for found in stored.rows(User)} == {"user"}


def test_users_keys_are_wrapped_anew_after_a_rotation_and_open_what_they_sealed(
    keys_folder: Path, tmp_path: Path
) -> None:
    data_keys = {make.account(account): account for account in (ADA, BOB)}
    sealed = {owner: envelope.seal(unwrapped(owner), "a secret", field="phone") for owner in data_keys}
    gone = make.account(make.Account("gone@example.com", "gone"))
    stored.change(UserKey, UserKey.user_id == gone, wrapped=None, destroyed_at=clocks.now())
    folder = rotated(keys_folder, tmp_path)
    assert json.loads(run("keys", "rewrap", "--json").stdout) == {"rewrapped": 2}
    newest = envelope.current_key_id()
    assert {row.user_id: row.key_id == newest for row in stored.rows(UserKey)} == {
        **dict.fromkeys(data_keys, True),
        gone: False,
    }
    assert stored.rows(UserKey, UserKey.user_id == gone)[0].wrapped is None
    drop_old_keys(folder, newest)
    for owner, text in sealed.items():
        assert envelope.unseal(unwrapped(owner), text, field="phone") == "a secret"
    again = run("keys", "rewrap")
    assert (again.exit_code, again.stdout) == (0, "0 keys were wrapped anew.\n")


def test_a_key_that_was_destroyed_while_it_was_wrapped_anew_stays_destroyed(
    keys_folder: Path, tmp_path: Path
) -> None:
    make.account(ADA)
    rotated(keys_folder, tmp_path)
    with transaction("fn_system", system()) as db:
        (held,) = user_keys.outdated(db, after=UUID(int=0))
    stored.change(UserKey, wrapped=None, destroyed_at=clocks.now())
    with transaction("fn_system", system()) as db:
        assert user_keys.store(db, keys=[(held, user_keys.rewrapped(held))]) == 0
    assert [row.wrapped for row in stored.rows(UserKey)] == [None]


def unwrapped(owner: Any) -> bytes:
    (row,) = stored.rows(UserKey, UserKey.user_id == owner)
    return envelope.unwrap(WrappedKey(row.key_id, row.wrapped), owner=owner)


def rotated(held: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    copytree(held, folder)
    keys.write(folder, keys.rotated(keys.read(folder), clocks.now()))
    os.environ["SECRETS_DIR"] = str(folder)
    forget()
    return folder


def drop_old_keys(folder: Path, newest: str) -> None:
    ring = json.loads((folder / "master-keys").read_text())
    ring["keys"] = {newest: ring["keys"][newest]}
    (folder / "master-keys").write_text(json.dumps(ring))
    forget()
