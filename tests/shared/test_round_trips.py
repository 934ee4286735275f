"""How often a request goes to the database and back: counted on the wire, through the Lambda handler."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import make_url

from tests.calls import Answer, Api
from tests.conftest import Database, forget
from tests.functions.auth import make
from tests.shared.notes import change, stored
from tests.wire import Wire

Count = Callable[[Callable[[], Answer], int], int]


@pytest.fixture
def wire(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Between the functions and PostgreSQL, whichever login they take."""
    with Wire(str(make_url(database.url("fn_auth")).query["unix_sock"])) as wire:
        for setting, url in database.urls.items():
            wired = make_url(url).update_query_dict({"unix_sock": wire.socket})
            monkeypatch.setenv(setting, wired.render_as_string(hide_password=False))
        forget()
        yield wire
        forget()


@pytest.fixture
def trips(wire: Wire) -> Count:
    def count(ask: Callable[[], Answer], status: int) -> int:
        """Of the second time: at the first, SQLAlchemy asks what server this is."""
        assert ask().status == status
        before = sum(wire.round_trips)
        assert ask().status == status
        return sum(wire.round_trips) - before

    return count


@pytest.fixture
def ada(api: Api, database: Database, wire: Wire) -> Api:
    return make.signed_in(api)


def key_of(ada: Api, *scopes: str) -> str:
    made = ada.post("/v1/auth/api-keys", {"name": "bot", "scopes": scopes}).json()
    return f"{made['key']}.{made['secret']}"


def test_an_authenticated_read_takes_three(ada: Api, trips: Count, database: Database) -> None:
    """Opening, with the bucket in front and the identity; the row; closing, with the request's row."""
    assert trips(lambda: ada.get("/v1/auth/me"), 200) == 3
    assert stored(database, "endpoint, status_code from audit.api_request_logs") == [("/v1/auth/me", 200)] * 2
    assert stored(database, "floor(used) from platform.rate_limits where bucket like 'api:%'") == [1]


def test_by_an_api_key_it_takes_as_many(ada: Api, trips: Count) -> None:
    """Its look-up is the opening's identity."""
    bot = ada.signed_in(key_of(ada, "read"))
    assert trips(lambda: bot.get("/v1/auth/me"), 200) == 3


def test_a_page_takes_three(ada: Api, trips: Count) -> None:
    assert trips(lambda: ada.get("/v1/auth/sessions?limit=2"), 200) == 3


def test_whether_a_session_is_alive_is_asked_in_the_opening(ada: Api, trips: Count) -> None:
    assert trips(lambda: ada.get("/v1/auth/api-keys"), 200) == 3


def test_a_write_takes_its_own_statements_between_opening_and_closing(
    ada: Api, trips: Count, database: Database
) -> None:
    """The key. Event, audit row, request's row and the line for its owner travel."""
    assert trips(lambda: ada.post("/v1/auth/api-keys", {"name": "bot", "scopes": ["read"]}), 201) == 1 + 1 + 1
    travelled = "(select count(*) from platform.outbox where topic = 'auth.ApiKeyCreated')"
    travelled += ", (select count(*) from audit.audit_logs where action = 'auth.api_key_created')"
    assert stored(database, travelled) == [(2, 2)]


def test_two_outbox_rows_and_an_audit_row_cost_a_step_no_round_trip(
    api: Api, wire: Wire, trips: Count, database: Database
) -> None:
    """Registering: a step that asks who has the address, and one for user, key, link and the link before."""
    number = iter(range(10))

    def register() -> Answer:
        nth = next(number)
        return make.register(api, make.Account(f"user{nth}@example.com", f"user{nth}"))

    assert trips(register, 202) == (1 + 1 + 1) + (1 + 4 + 1)
    assert (
        stored(database, "topic from platform.outbox order by created_at, topic")
        == [
            "auth.UserRegistered",
            "queue:auth-job-send-account-mail",
        ]
        * 2
    )
    assert stored(database, "action from audit.audit_logs") == ["auth.registered"] * 2


def test_what_is_refused_before_anything_is_asked_takes_none(api: Api, wire: Wire, trips: Count) -> None:
    assert trips(lambda: api.get("/v1/auth/me"), 401) == 0
    assert trips(lambda: api.get("/v1/auth/nothing"), 404) == 0
    assert trips(lambda: api.post("/v1/auth/login", {"email": "ada"}), 422) == 0


def test_a_refusal_after_a_look_up_ends_what_was_opened(ada: Api, trips: Count, database: Database) -> None:
    """Opening with the identity, and an end to it."""
    bot = ada.signed_in(key_of(ada, "trade"))
    assert trips(lambda: bot.get("/v1/auth/me"), 403) == 2
    assert trips(lambda: ada.signed_in("ask_live_1.2").get("/v1/auth/me"), 401) == 2


def test_staff_s_step_opens_anew_where_something_was_opened_to_learn_who_asks(
    ada: Api, trips: Count, database: Database
) -> None:
    change(database, "update auth.users set role = 'admin'")
    admin = ada.signed_in(make.session().access_token)
    assert trips(lambda: admin.get("/v1/platform/dead-letters"), 200) == 3
    unknown = "/v1/platform/dead-letters/00000000-0000-7000-8000-000000000000/replay"
    assert trips(lambda: admin.post(unknown), 404) == 2 + 3
