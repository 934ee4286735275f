"""Every act that matters for safety leaves its trace, and no trace holds a secret."""

import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.auth.tables import AuthLog, Rows, User
from shared import log
from shared.crypto import token_hash
from shared.db import house
from tests.calls import Api
from tests.functions.auth import make, stored
from tests.functions.auth.conftest import Clock
from tests.functions.auth.make import ADA

NEW = "another long phrase"
DEVICE = {"user-agent": "a phone"}


class Life:
    """Ada's, act by act; what she was given on the way is what no trace may hold."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self.api, self.clock, self.me = Api(api.address, headers=DEVICE), clock, api
        self.secrets = [ADA.email, ADA.email.lower(), ADA.password, NEW]

    def post(self, path: str, body: dict[str, Any] | None = None, *, status: int) -> dict[str, Any]:
        answer = self.me.post(f"/v1/auth/{path}", body)
        assert answer.status == status, answer.text
        given: dict[str, Any] = answer.json() if answer.text else {}
        self.secrets += [given[name] for name in ("access_token", "refresh_token", "secret") if name in given]
        return given

    def mailed_token(self) -> str:
        self.secrets.append(make.link_token(make.mails()[-1]))
        return self.secrets[-1]

    def registers(self) -> None:
        self.me = self.api
        make.register(self.api, ADA)

    def asks_for_another_name(self) -> None:
        make.register(self.api, make.Account(ADA.email, "countess"))

    def confirms(self) -> None:
        self.post("verify-email", {"token": self.mailed_token()}, status=204)

    def signs_in(self, password: str = ADA.password) -> None:
        tokens = self.post("login", {"email": ADA.email, "password": password}, status=200)
        self.me, self.refresh_token = self.api.signed_in(tokens["access_token"]), tokens["refresh_token"]

    def mistypes(self) -> None:
        self.post("login", {"email": ADA.email, "password": NEW}, status=401)

    def makes_a_key(self) -> None:
        self.key_id = self.post("api-keys", {"name": "bot", "scopes": ["read"]}, status=201)["id"]

    def revokes_the_key(self) -> None:
        assert self.me.delete(f"/v1/auth/api-keys/{self.key_id}").status == 204

    def revokes_the_others(self) -> None:
        make.session(ADA)
        assert self.me.delete("/v1/auth/sessions").status == 204

    def forgets(self) -> None:
        self.post("forgot-password", {"email": ADA.email}, status=202)

    def chooses_a_new_password(self) -> None:
        self.post("reset-password", {"token": self.mailed_token(), "password": NEW}, status=204)

    def signs_in_again(self) -> None:
        self.signs_in(NEW)

    def loses_a_token_to_a_thief(self) -> None:
        self.post("refresh", {"refresh_token": self.refresh_token}, status=200)
        self.clock.forward(timedelta(minutes=1))
        self.post("refresh", {"refresh_token": self.refresh_token}, status=401)

    def signs_out(self) -> None:
        self.post("logout", status=204)


Act = Callable[[Life], None]
# Act, lines for the owner, rows for the auditors where they differ, events.
ACTS: list[tuple[Act, list[str], list[str] | None, list[str]]] = [
    (Life.registers, ["registered"], None, ["UserRegistered"]),
    (Life.confirms, ["email_verified"], None, ["EmailVerified"]),
    (Life.asks_for_another_name, ["username_held"], None, []),
    (Life.mistypes, ["sign_in_refused"], [], ["SignInRefused"]),
    (Life.signs_in, ["signed_in"], None, ["SignedIn"]),
    (Life.makes_a_key, ["api_key_created"], None, ["ApiKeyCreated"]),
    (Life.revokes_the_key, ["api_key_revoked"], None, ["ApiKeyRevoked"]),
    (Life.revokes_the_others, ["signed_in", "sessions_revoked"], None, ["SignedIn", "SessionsRevoked"]),
    (Life.forgets, ["password_reset_requested"], None, ["PasswordResetRequested"]),
    (
        Life.chooses_a_new_password,
        ["password_reset", "sessions_revoked"],
        None,
        ["PasswordReset", "SessionsRevoked"],
    ),
    (Life.signs_in_again, ["signed_in"], None, ["SignedIn"]),
    (Life.loses_a_token_to_a_thief, ["sessions_revoked"], None, ["SessionsRevoked"]),
    (Life.signs_in_again, ["signed_in"], None, ["SignedIn"]),
    (Life.signs_out, ["sessions_revoked"], None, ["SessionsRevoked"]),
]


def traces() -> list[Counter[str]]:
    lines = Counter(row.event for row in stored.rows(AuthLog))
    audited = Counter(row.action.removeprefix("auth.") for row in stored.rows(house.audit_logs))
    topics = (row.topic.rpartition(".")[2] for row in stored.rows(house.outbox))
    return [lines, audited, Counter(topic for topic in topics if not topic.startswith("queue:"))]


def test_every_act_leaves_a_line_for_the_owner_a_row_for_the_auditors_and_an_event(
    api: Api, clock: Clock
) -> None:
    life, before = Life(api, clock), traces()
    for act, lines, audited, events in ACTS:
        act(life)
        after = traces()
        left = [sorted((new - old).elements()) for new, old in zip(after, before, strict=True)]
        assert left == [sorted(lines), sorted(lines if audited is None else audited), sorted(events)], act
        before = after


def test_a_line_says_from_where_and_an_audit_row_who_and_by_which_request(api: Api) -> None:
    make.account(ADA)
    answer = api.post("/v1/auth/login", ADA.credentials, **DEVICE, **{"x-request-id": "trace-me-12345"})
    assert answer.headers["x-request-id"] == "trace-me-12345"
    (user,), (line,), (row,) = (stored.rows(table) for table in (User, AuthLog, house.audit_logs))
    assert (line.user_id, str(line.ip_address), line.user_agent, line.success) == (
        user.id,
        api.address,
        "a phone",
        True,
    )
    assert (row.user_id, row.tenant, row.resource_type, row.resource_id) == (
        user.id,
        str(user.id),
        "user",
        str(user.id),
    )
    assert (row.request_id, row.event_status) == ("trace-me-12345", "succeeded")


def test_a_refused_sign_in_is_a_line_for_the_owner_that_says_so(api: Api) -> None:
    user_id = make.account(ADA)
    for email in (ADA.email, "nobody@example.com"):
        api.post("/v1/auth/login", {"email": email, "password": NEW})
    assert [(row.user_id, row.success) for row in stored.rows(AuthLog)] == [(user_id, False)]


@pytest.fixture
def journal() -> Iterator[io.StringIO]:
    """What the edges log, as it goes to standard output."""
    logger = log._logger()
    handler = logger.registered_handler
    text = io.StringIO()
    before = handler.setStream(text)  # type: ignore[attr-defined]
    yield text
    handler.setStream(before)  # type: ignore[attr-defined]


def test_no_log_line_and_no_row_but_its_own_holds_a_secret_a_token_or_an_address(
    api: Api, clock: Clock, journal: io.StringIO
) -> None:
    life = Life(api, clock)
    for act, *_ in ACTS:
        act(life)
    life.secrets.append("a password that is far too long" * 50)
    life.post("login", {"email": ADA.email, "password": life.secrets[-1]}, status=422)
    life.me.get("/v1/auth/me?token=" + life.refresh_token)
    logged = journal.getvalue()
    assert logged.count('"function":"http"') > len(ACTS)
    everywhere = logged + repr([stored.rows(table) for table in everywhere_but_accounts()])
    found = [secret for secret in life.secrets if secret in everywhere]
    assert found == []
    assert len(life.secrets) > 10
    assert token_hash(life.refresh_token.partition(".")[2]).hex() not in logged


def everywhere_but_accounts() -> list[Any]:
    """Every table that a request writes, but for the one whose column the address is."""
    tables = [table for table in Rows.metadata.sorted_tables if table.name != "users"]
    return [*tables, house.outbox, house.audit_logs, house.security_events, house.api_request_logs]
