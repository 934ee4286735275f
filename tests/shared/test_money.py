"""Money: exact, of one currency, and never more or less than it was."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.currencies import CURRENCIES, Currency
from shared.errors import Invalid
from shared.money import (
    Money,
    allocate,
    at_rate,
    from_minor,
    rounded,
    to_minor,
    unit,
)

USD, JPY, KWD, BTC = (CURRENCIES[code] for code in ("USD", "JPY", "KWD", "BTC"))
STRIPE = [currency for currency in CURRENCIES.values() if currency.decimals <= 3]
currencies = st.sampled_from(list(CURRENCIES.values()))


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def moneys(currency: Currency, most: int = 10**11) -> st.SearchStrategy[Money]:
    units = st.integers(-most * 10**currency.decimals, most * 10**currency.decimals)
    return units.map(lambda count: Money(count * unit(currency), currency))


any_money = currencies.flatmap(moneys)
two_moneys = currencies.flatmap(lambda currency: st.tuples(moneys(currency), moneys(currency)))
weights = st.lists(st.decimals(0, 10**6, places=4) | st.integers(0, 10**12), min_size=1, max_size=12).filter(
    any
)


# What money is


def test_money_has_the_decimals_of_its_currency() -> None:
    shown = [str(Money.of("12.3", code)) for code in ("USD", "KWD", "BTC")] + [str(Money.of("12", "JPY"))]
    assert shown == ["12.30 USD", "12.300 KWD", "12.30000000 BTC", "12 JPY"]
    assert repr(usd("5E+1").amount) == "Decimal('50.00')"
    assert str(usd("-0")) == "0.00 USD"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        *[("0.001", "USD"), ("1.5", "JPY"), ("0.0001", "KWD"), ("1E-9", "BTC")],
        *[("NaN", "USD"), ("sNaN", "USD"), ("Infinity", "USD"), ("-Infinity", "USD")],
        *[("1000000000000", "USD"), ("-1000000000000", "USD"), ("1E+30", "USD")],
        *[("", "USD"), ("ten", "USD"), ("1", "usd"), ("1", "QQQ"), ("1", "")],
    ],
)
def test_an_amount_that_its_currency_cannot_express_is_no_money(amount: str, code: str) -> None:
    with pytest.raises(ValueError):
        Money.of(amount, code)


def test_twelve_digits_before_the_point_are_the_most() -> None:
    assert str(Money.of("999999999999.99999999", "BTC")) == "999999999999.99999999 BTC"
    with pytest.raises(ValueError, match="under 1,000,000,000,000"):
        usd("999999999999.99") + usd("0.01")


@pytest.mark.parametrize("operator", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_currencies_do_not_mix(operator: str) -> None:
    with pytest.raises(ValueError, match="USD and JPY do not mix"):
        getattr(usd("1"), operator)(Money.of("1", "JPY"))
    assert usd("1") != Money.of("1", "JPY")


def test_money_is_not_multiplied() -> None:
    money: Any = usd("1")
    with pytest.raises(TypeError):
        money * Decimal("0.5")


@given(two_moneys)
def test_arithmetic_is_that_of_decimals(pair: tuple[Money, Money]) -> None:
    one, other = pair
    assert (one + other).amount == one.amount + other.amount
    assert (one - other).amount == one.amount - other.amount
    assert (-one).amount == -one.amount
    assert (one < other, one <= other) == (one.amount < other.amount, one.amount <= other.amount)
    assert (one > other, one >= other) == (one.amount > other.amount, one.amount >= other.amount)
    assert (one == other, bool(one)) == (one.amount == other.amount, bool(one.amount))
    assert (one + other) - other == one


# Rounding and dividing


@pytest.mark.parametrize(
    ("amount", "money", "residue"),
    [
        *[("0.125", "0.12", "0.005"), ("0.135", "0.14", "-0.005"), ("-0.125", "-0.12", "-0.005")],
        *[("1.0050000000000000000000000000000000001", "1.01", "-0.0049999999999999999999999999999999999")],
        ("2.5", "2.50", "0"),
    ],
)
def test_half_a_cent_goes_to_the_even_one_and_the_rest_is_told(amount: str, money: str, residue: str) -> None:
    assert rounded(Decimal(amount), USD) == (usd(money), Decimal(residue))


@given(st.decimals(-(10**11), 10**11, places=30), currencies)
def test_money_and_residue_are_the_amount_to_the_last_digit(amount: Decimal, currency: Currency) -> None:
    money, residue = rounded(amount, currency)
    assert Fraction(money.amount) + Fraction(residue) == Fraction(amount)
    assert abs(residue) * 2 <= unit(currency)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+12", "999999999999.995"])
def test_what_is_no_amount_is_not_rounded(amount: str) -> None:
    with pytest.raises(ValueError):
        rounded(Decimal(amount), USD)


def test_a_rate_is_applied_with_one_rounding() -> None:
    fee, residue = at_rate(usd("19.99"), Decimal("0.029"), USD)
    assert (fee, residue) == (usd("0.58"), Decimal("-0.00029"))
    yen, residue = at_rate(usd("10.01"), Decimal("151.1234"), JPY)
    assert (yen, residue) == (Money.of("1513", "JPY"), Decimal("-0.254766"))


@given(moneys(BTC), st.decimals("1E-12", 10**4, places=12).filter(lambda rate: rate < 1), currencies)
@example(Money.of("99999999999.12345678", "BTC"), Decimal("0.123456789013"), BTC)
def test_a_rate_loses_no_digit_of_a_long_product(money: Money, rate: Decimal, currency: Currency) -> None:
    product, residue = at_rate(money, rate, currency)
    assert Fraction(product.amount) + Fraction(residue) == Fraction(money.amount) * Fraction(rate)


def test_what_remains_goes_to_the_largest_remainders_and_then_to_the_first() -> None:
    assert allocate(usd("100"), [1, 1, 1]) == [usd("33.34"), usd("33.33"), usd("33.33")]
    assert allocate(usd("0.05"), [3, 7]) == [usd("0.02"), usd("0.03")]
    assert allocate(usd("0.10"), [Decimal("0.25"), Decimal("0.375"), Decimal("0.375")]) == [
        *[usd("0.02"), usd("0.04"), usd("0.04")]
    ]
    assert allocate(usd("-0.05"), [1, 0, 1]) == [usd("-0.03"), usd("0"), usd("-0.02")]
    assert allocate(Money.of("7", "JPY"), [0, 5]) == [Money.of("0", "JPY"), Money.of("7", "JPY")]


@given(any_money, weights)
def test_shares_add_up_and_each_is_within_one_unit_of_exact(
    money: Money, shares: list[Decimal | int]
) -> None:
    parts = allocate(money, shares)
    assert sum(part.amount for part in parts) == money.amount
    total = sum(Fraction(share) for share in shares)
    for part, share in zip(parts, shares, strict=True):
        exact = Fraction(money.amount) * Fraction(share) / total
        assert abs(Fraction(part.amount) - exact) < Fraction(unit(money.currency))
        assert share or not part
    assert allocate(-money, shares) == [-part for part in parts]


@pytest.mark.parametrize("shares", [[], [0], [0, Decimal(0)], [1, -1], [2, -1], [Decimal("NaN")]])
def test_weights_that_divide_nothing_are_refused(shares: list[Decimal | int]) -> None:
    with pytest.raises(ValueError):
        allocate(usd("1"), shares)


# Stripe's integers


@pytest.mark.parametrize(
    ("amount", "code", "minor"),
    [
        *[("12.30", "USD", 1230), ("500", "JPY", 500), ("5.120", "KWD", 5120), ("0.01", "EUR", 1)],
        *[("5", "ISK", 500), ("5", "UGX", 500), ("5", "MGA", 5), ("10.45", "HUF", 1045), ("-3", "USD", -300)],
    ],
)
def test_an_amount_is_the_integer_that_stripe_documents(amount: str, code: str, minor: int) -> None:
    assert to_minor(Money.of(amount, code)) == minor
    assert from_minor(minor, code.lower()) == Money.of(amount, code)


@pytest.mark.parametrize(
    ("amount", "code", "sentence"),
    [
        ("5.124", "KWD", "KWD is paid in and out in steps of 0.010."),
        ("5.50", "MGA", "MGA is paid in and out in steps of 1."),
        ("0.5", "BTC", "BTC cannot be paid in or out."),
        ("1", "USDC", "USDC cannot be paid in or out."),
    ],
)
def test_what_stripe_cannot_charge_is_refused_by_field(amount: str, code: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        to_minor(Money.of(amount, code))
    assert refusal.value.facts["errors"] == [{"field": "amount", "code": "invalid", "detail": sentence}]


@pytest.mark.parametrize(("minor", "code"), [(550, "isk"), (101, "ugx"), (1, "qqq")])
def test_an_integer_that_is_no_money_of_ours_is_not_taken(minor: int, code: str) -> None:
    with pytest.raises(ValueError):
        from_minor(minor, code)


@given(st.sampled_from(STRIPE), st.integers(-(10**10), 10**10))
def test_minor_units_make_the_round_trip(currency: Currency, count: int) -> None:
    whole = currency.code == "MGA"
    step = 1 if whole else unit(currency) * (10 if currency.decimals == 3 else 1)
    money = Money(Decimal(count * step), currency)
    assert from_minor(to_minor(money), currency.code.lower()) == money


# The table


def test_every_currency_stands_in_the_table_once() -> None:
    counted = {
        decimals: sum(one.decimals == decimals for one in CURRENCIES.values()) for decimals in range(9)
    }
    assert counted == {0: 16, 1: 0, 2: 117, 3: 5, 4: 0, 5: 0, 6: 2, 7: 0, 8: 2}
    assert [one.decimals for one in (USD, JPY, KWD, BTC)] == [2, 0, 3, 8]
