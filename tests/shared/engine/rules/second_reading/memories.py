"""What is remembered of bars long ago."""

from tests.shared.engine.rules.second_reading.values import At, Numbers, Truths, Value, over, remembered


def highest(x: Numbers, n: int) -> Numbers:
    """The bar itself counts."""
    return over(x, n, max)


def lowest(x: Numbers, n: int) -> Numbers:
    return over(x, n, min)


def last_held(condition: Truths) -> Numbers:
    """The number of the last bar on which it held: one on which it is undefined is none."""

    @remembered
    def at(bar: int) -> float | None:
        return bar if condition(bar) else at(bar - 1)

    return at


def bars_since(condition: Truths) -> Numbers:
    """0 on a bar on which it holds; undefined before the first."""
    held = last_held(condition)

    def at(bar: int) -> float | None:
        then = held(bar)
        return None if then is None else bar - then

    return at


def value_when(condition: Truths, x: Numbers) -> Numbers:
    held = last_held(condition)

    def at(bar: int) -> float | None:
        then = held(bar)
        return None if then is None else x(int(then))

    return at


def where(condition: Truths, a: At, b: At) -> At:
    """What is not chosen need not be defined."""

    def at(bar: int) -> Value:
        chosen = condition(bar)
        return None if chosen is None else a(bar) if chosen else b(bar)

    return at
