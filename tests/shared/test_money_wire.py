"""Money on the wire: a decimal in a string, no more and no less than its currency can express."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.currencies import CURRENCIES, Currency
from shared.errors import Invalid
from shared.money import Amount, CurrencyCode, Money, in_currency, unit, written

amount_of = TypeAdapter[Decimal](Amount).validate_json
code_of = TypeAdapter[str](CurrencyCode).validate_json


@pytest.mark.parametrize("text", ["12.30", "0.00000001", "999999999999.99999999", "007", "1"])
def test_an_amount_is_a_decimal_in_a_string(text: str) -> None:
    assert amount_of(f'"{text}"') == Decimal(text)


NUMBERS = ["12.30", "12", "null", "true", '["1"]', '{"a": "1"}']
MISSHAPEN = [
    "",
    " 1",
    "1 ",
    "+1",
    "-1",
    "1e3",
    "1E3",
    "NaN",
    "Infinity",
    ".5",
    "5.",
    "1,5",
    "1_000",
    "0x1",
    "١",
]
MISSHAPEN += ["1\\n", "1000000000000", "0.000000001", "1.2.3"]


def refused(validate: Any, json: str) -> str:
    with pytest.raises(ValidationError) as caught:
        validate(json)
    (fault,) = caught.value.errors()
    return str(fault["msg"])


@pytest.mark.parametrize("json", NUMBERS)
def test_a_number_is_no_amount(json: str) -> None:
    assert refused(amount_of, json) == 'An amount is a decimal in a string, as in "12.30": no number.'


@pytest.mark.parametrize("text", MISSHAPEN)
def test_an_amount_is_written_in_digits_alone(text: str) -> None:
    sentence = "An amount is written in digits, at most 12 before the point and 8 after it."
    assert refused(amount_of, f'"{text}"') == sentence


@pytest.mark.parametrize("text", ["0", "0.00", "000.00000000"])
def test_nothing_is_no_amount(text: str) -> None:
    assert refused(amount_of, f'"{text}"') == "An amount is more than zero."


def test_a_currency_is_known_by_its_code_in_capital_letters() -> None:
    assert [code_of(f'"{code}"') for code in ("USD", "USDT")] == ["USD", "USDT"]
    for code in ("usd", "QQQ", "", "USD ", "DEM"):
        assert refused(code_of, f'"{code}"') == "This is not a currency that we know, in capital letters."


def test_decimals_that_the_currency_has_not_are_refused_by_field() -> None:
    assert in_currency(Decimal("12.3"), "USD") == Money.of("12.30", "USD")
    for amount, code, sentence in [
        *[("12.301", "USD", "USD has 2 decimals."), ("1.5", "JPY", "JPY has no decimals.")],
    ]:
        with pytest.raises(Invalid, match=sentence) as refusal:
            in_currency(Decimal(amount), code, field="legs.0.amount")
        fault = {"field": "legs.0.amount", "code": "invalid", "detail": sentence}
        assert refusal.value.facts["errors"] == [fault]


@pytest.mark.parametrize(
    ("amount", "code", "text"),
    [
        *[("12.30000000", "USD", "12.30"), ("1E+3", "USD", "1000.00"), ("1E-8", "BTC", "0.00000001")],
        *[
            ("500.00000000", "JPY", "500"),
            ("5.12", "KWD", "5.120"),
            ("-0.00", "USD", "0.00"),
            ("-7", "JPY", "-7"),
        ],
        *[
            ("0.00500000", "USD", "0.005"),
            ("12345678901234567890.12345678", "BTC", "12345678901234567890.12345678"),
        ],
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(amount: str, code: str, text: str) -> None:
    assert written(Decimal(amount), code) == text


@given(st.sampled_from(list(CURRENCIES.values())), st.integers(1, 10**19))
def test_what_is_written_is_read_as_the_same(currency: Currency, count: int) -> None:
    money = Money(count * unit(currency) % 10**12, currency)
    text = written(money.amount, currency.code)
    assert text == format(money.amount, "f")
    if money:
        assert in_currency(amount_of(f'"{text}"'), currency.code) == money
