"""How often one may knock: each caller has a bucket of its own, which leaks evenly."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.limits import block_of
from shared.settings import settings
from tests.calls import Answer, Api
from tests.conftest import Database
from tests.functions.auth import make
from tests.shared import notes, notes_api
from tests.shared.notes import ADA, BOB, stored, token

SELDOM = "/v1/notes/public/seldom"  # twice in 60,000 seconds


@pytest.fixture
def clock(database: Database, tmp_path: Path) -> Path:
    """Stands where it is put: seconds from now. The environment is put back by `database`."""
    file = tmp_path / "clock"
    file.write_text("0")
    os.environ |= {"RATE_LIMIT_FACTOR": "1", "CLOCK_FILE": str(file)}
    settings.cache_clear()
    return file


@pytest.fixture
def api(database: Database, clock: Path, monkeypatch: pytest.MonkeyPatch) -> Api:
    notes.add_tables(database)
    return notes_api.faces(monkeypatch)


def told(answer: Answer) -> tuple[int, str, str]:
    return answer.status, answer.headers["ratelimit-limit"], answer.headers["ratelimit-remaining"]


def test_an_answer_tells_what_is_left_and_an_empty_bucket_refuses(api: Api, database: Database) -> None:
    answers = [api.get(SELDOM) for _ in range(3)]
    assert [told(answer) for answer in answers] == [(200, "2", "1"), (200, "2", "0"), (429, "2", "0")]
    waits = [int(answer.headers["ratelimit-reset"]) for answer in answers]
    assert waits[0] == 0
    assert 29_900 < waits[2] <= waits[1] <= 30_000
    refused = answers[2]
    assert int(refused.headers["retry-after"]) == waits[2]
    assert (refused.json()["code"], refused.json()["title"]) == ("too_many", "Too Many Requests")
    assert stored(database, "status_code from audit.api_request_logs order by created_at") == [200, 200]


def test_who_waits_as_long_as_told_is_let_in(api: Api, clock: Path) -> None:
    def statuses(at: int, times: int) -> list[int]:
        clock.write_text(str(at))
        return [api.get(SELDOM).status for _ in range(times)]

    assert statuses(0, 3) == [200, 200, 429]
    assert statuses(29_000, 1) == [429]
    assert statuses(30_000, 2) == [200, 429]
    assert statuses(1_000_000, 3) == [200, 200, 429]


def test_one_caller_s_bucket_is_not_another_s(api: Api) -> None:
    for _ in range(3):
        api.get(SELDOM)
    assert api.get(SELDOM).status == 429
    assert api.at("203.0.113.8").get(SELDOM).status == 200
    assert told(api.signed_in(token(ADA)).get("/v1/notes"))[2] == "9999"
    assert told(api.at("203.0.113.8").signed_in(token(ADA)).get("/v1/notes"))[2] == "9998"
    assert told(api.signed_in(token(BOB)).get("/v1/notes"))[2] == "9999"


def test_a_bucket_is_taken_from_once_a_request_also_where_it_fails(api: Api) -> None:
    ada = api.signed_in(token(ADA))
    for path in ("/v1/notes/steps/done", "/v1/notes/steps/raised", "/v1/notes/broken", "/v1/notes/orphans"):
        ada.post(path)
    assert told(ada.get("/v1/notes"))[2] == "9995"


def test_a_revoked_key_s_tries_are_counted_too(api: Api) -> None:
    make.account()
    stranger = api.signed_in("ask_live_1234.secret")
    answers = [stranger.get("/v1/notes") for _ in range(2)]
    assert [answer.status for answer in answers] == [401, 401]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["9999", "9998"]


def test_a_subscriber_of_ipv6_is_a_block() -> None:
    assert block_of("203.0.113.7") == "203.0.113.7"
    assert block_of("2001:db8:1:2:3:4:5:6") == block_of("2001:db8:1:2::1") == "2001:db8:1:2::/64"
    assert block_of("2001:db8:1:3::1") != block_of("2001:db8:1:2::1")


def test_an_address_of_ipv4_is_itself_also_where_it_comes_as_ipv6() -> None:
    assert block_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert {block_of(f"::ffff:203.0.113.{last}") for last in (7, 8)} == {"203.0.113.7", "203.0.113.8"}


def test_now_is_the_clock_s(api: Api, clock: Path) -> None:
    clock.write_text(str(timedelta(days=365).total_seconds()))
    at = datetime.fromisoformat(api.get(SELDOM).json()["at"])
    assert timedelta(days=364) < at - datetime.now(UTC) < timedelta(days=366)


def test_keys_that_are_made_up_have_the_bucket_of_their_address(api: Api) -> None:
    made_up = [api.signed_in(f"ask_live_{number}.made-up").get("/v1/notes") for number in range(3)]
    assert [answer.headers["ratelimit-remaining"] for answer in made_up] == ["9999", "9998", "9997"]
    elsewhere = api.at("203.0.113.8").signed_in("ask_live_0.made-up").get("/v1/notes")
    assert elsewhere.headers["ratelimit-remaining"] == "9999"
