"""What looks at how a series changed from bar to bar."""

from itertools import pairwise

from tests.shared.engine.rules.second_reading.averages import difference, wilder
from tests.shared.engine.rules.second_reading.elementary import divided
from tests.shared.engine.rules.second_reading.values import Numbers, Truths, over, remembered


def mom(x: Numbers, n: int) -> Numbers:
    return difference(x, lambda bar: x(bar - n))


def roc(x: Numbers, n: int) -> Numbers:
    """In percent: 1.5 is 1.5 %."""

    def at(bar: int) -> float | None:
        before, now = x(bar - n), x(bar)
        if before is None or now is None:
            return None
        ratio = divided(now - before, before)
        return None if ratio is None else 100 * ratio

    return at


def rsi(x: Numbers, n: int) -> Numbers:
    """Wilder, 1978: the share of the rises in all that moved, in percent."""
    change = mom(x, 1)

    def risen(bar: int) -> float | None:
        moved = change(bar)
        return None if moved is None else max(moved, 0.0)

    def fallen(bar: int) -> float | None:
        moved = change(bar)
        return None if moved is None else max(-moved, 0.0)

    rises, falls = wilder(remembered(risen), n), wilder(remembered(fallen), n)

    def at(bar: int) -> float | None:
        up, down = rises(bar), falls(bar)
        if up is None or down is None:
            return None
        share = divided(up, up + down)
        return None if share is None else 100 * share

    return at


def rising(x: Numbers, n: int) -> Truths:
    """Each of the last n changes is above 0."""
    return over(x, n + 1, lambda values: all(b > a for a, b in pairwise(values)))


def falling(x: Numbers, n: int) -> Truths:
    return over(x, n + 1, lambda values: all(b < a for a, b in pairwise(values)))


def crosses_above(a: Numbers, b: Numbers) -> Truths:
    """At most as much one bar ago, and more now."""

    def at(bar: int) -> bool | None:
        old_a, old_b, new_a, new_b = a(bar - 1), b(bar - 1), a(bar), b(bar)
        if bar == 0 or old_a is None or old_b is None or new_a is None or new_b is None:
            return None
        return old_a <= old_b and new_a > new_b

    return at


def crosses_below(a: Numbers, b: Numbers) -> Truths:
    return crosses_above(b, a)
