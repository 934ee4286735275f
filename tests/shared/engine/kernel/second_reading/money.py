"""Money is a whole number of 1e-8, and so is a quantity: what they make is rounded once."""

from fractions import Fraction

UNIT = 100_000_000


def rounded(exact: Fraction) -> int:
    """Half to even (S31), as Python rounds a fraction."""
    return round(exact)


def worth(price: float, quantity: int, rate: float) -> int:
    """Of so many 1e-8 of a unit, in the account's currency (S31, S52).

    A price is a float, and so is the product: above some 1e14 units it may lie a half beside what is exact.
    """
    return round(price * rate * quantity)


def part(whole: int, taken: int, of: int) -> int:
    """What a part of the lots takes with it (S40)."""
    return rounded(Fraction(whole * taken, of))


def units(amount: float) -> int:
    return rounded(said(amount) * UNIT)


def said(number: float) -> Fraction:
    """A setting as it was written: 0.1 % is a thousandth, not the float beside it."""
    return Fraction(repr(number))
