"""Which passwords are too weak, and what a refresh token that comes in is worth."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.auth import passwords
from functions.auth.rules import GRACE, PASSWORD_LENGTH, Held, Turn, password_fault, refresh_turn

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
COMMON = frozenset({"q1w2e3r4t5y6"})
COMMON_SENTENCE = "This password is on every list of common passwords: choose another."
ADDRESS_SENTENCE = "This password contains your address: choose another."
HELD = Held(
    current=b"current",
    previous=b"previous",
    rotated_at=NOON,
    expires_at=NOON + timedelta(days=30),
    revoked_at=None,
)


@pytest.mark.parametrize(
    ("password", "email", "fault"),
    [
        ("a long phrase", "ada@example.com", None),
        ("Q1W2E3r4t5y6", "ada@example.com", COMMON_SENTENCE),
        ("lovelace wrote it", "LoveLace@example.com", ADDRESS_SENTENCE),
        ("xADABx and more", "adab@example.com", ADDRESS_SENTENCE),
        ("xada and more", "ada@example.com", None),  # three letters are in many words
        ("example.com again", "ada@example.com", None),
        ("ada+news is long", "ada+news@example.com", ADDRESS_SENTENCE),
        ("straße nummer 7", "STRASSE@example.com", ADDRESS_SENTENCE),
    ],
)
def test_a_password_that_others_would_guess_is_refused(password: str, email: str, fault: str | None) -> None:
    assert password_fault(password, email=email, common=COMMON) == fault


def test_the_bundled_list_holds_leaked_passwords_that_are_long_enough_to_be_chosen() -> None:
    listed = passwords.common() - {""}
    assert {"q1w2e3r4t5y6", "1234567890", "qwertyuiop"} <= listed
    assert {len(word) >= PASSWORD_LENGTH[0] for word in listed} == {True}
    assert listed == {word.casefold() for word in listed}


@pytest.mark.parametrize(
    ("presented", "after", "turn"),
    [
        (b"current", timedelta(0), Turn.ROTATE),
        (b"current", timedelta(days=29), Turn.ROTATE),
        (b"previous", timedelta(0), Turn.REPEAT),
        (b"previous", GRACE, Turn.REPEAT),
        (b"previous", GRACE + SECOND, Turn.REUSED),
        (b"older", timedelta(0), Turn.REUSED),
        (b"", timedelta(0), Turn.REUSED),
        (b"current", timedelta(days=30), Turn.ENDED),
        (b"older", timedelta(days=30), Turn.ENDED),
    ],
)
def test_a_refresh_token_is_worth_what_its_place_and_the_time_say(
    presented: bytes, after: timedelta, turn: Turn
) -> None:
    assert refresh_turn(HELD, presented, now=NOON + after) == turn


@given(st.binary(max_size=4), st.timedeltas(timedelta(0), timedelta(days=60)))
def test_of_a_revoked_session_every_token_has_ended(presented: bytes, after: timedelta) -> None:
    revoked = Held(presented, b"previous", NOON, NOON + timedelta(days=90), revoked_at=NOON)
    assert refresh_turn(revoked, presented, now=NOON + after) == Turn.ENDED


@pytest.mark.parametrize(("presented", "turn"), [(b"first", Turn.ROTATE), (b"other", Turn.REUSED)])
def test_a_session_s_first_token_has_none_before_it(presented: bytes, turn: Turn) -> None:
    fresh = Held(b"first", None, None, NOON + timedelta(days=30), None)
    assert refresh_turn(fresh, presented, now=NOON) == turn
