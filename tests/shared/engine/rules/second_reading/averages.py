"""Averages, and what is made of them: each by the definition of a textbook."""

import statistics

from tests.shared.engine.rules.second_reading.values import Numbers, mean, over, remembered


def sma(x: Numbers, n: int) -> Numbers:
    return over(x, n, mean)


def wma(x: Numbers, n: int) -> Numbers:
    """Weights from 1 to n: the newest bar has the greatest."""
    weights = range(1, n + 1)

    def weighted(values: list[float]) -> float:
        return sum(w * value for w, value in zip(weights, values, strict=True)) / sum(weights)

    return over(x, n, weighted)


def ema(x: Numbers, n: int) -> Numbers:
    """Each bar closes 2 / (n + 1) of the distance."""
    return smoothed(x, n, 2 / (n + 1))


def wilder(x: Numbers, n: int) -> Numbers:
    return smoothed(x, n, 1 / n)


def smoothed(x: Numbers, n: int, share: float) -> Numbers:
    """It begins with the mean of n bars: again after an undefined bar."""
    first = sma(x, n)

    @remembered
    def at(bar: int) -> float | None:
        before, now = at(bar - 1), x(bar)
        if before is None:
            return first(bar)
        return None if now is None else before + share * (now - before)

    return at


def deviation(values: list[float]) -> float:
    """Of the population: divided by n. Exact, so that equals have none."""
    return statistics.pstdev(values)


def stddev(x: Numbers, n: int) -> Numbers:
    return over(x, n, deviation)


def zscore(x: Numbers, n: int) -> Numbers:
    def score(values: list[float]) -> float | None:
        wide = deviation(values)
        return None if wide == 0 else (values[-1] - mean(values)) / wide

    return over(x, n, score)


def bbands(x: Numbers, n: int, factor: float) -> dict[str, Numbers]:
    def band(factors: float) -> Numbers:
        return over(x, n, lambda values: mean(values) + factors * deviation(values))

    return {"upper": band(factor), "middle": sma(x, n), "lower": band(-factor)}


def macd(x: Numbers, fast: int, slow: int, signal: int) -> dict[str, Numbers]:
    """The shorter of the two is the fast one, in whichever order they stand.

    Both begin on the bar on which the longer one can, each with the mean of its bars. No output comes before
    all of them.
    """
    longer = ema(x, max(fast, slow))
    line = difference(ema_from(x, min(fast, slow), longer), longer)
    average = ema(line, signal)
    return {"macd": beside(line, average), "signal": average, "histogram": difference(line, average)}


def ema_from(x: Numbers, n: int, other: Numbers) -> Numbers:
    """It begins where the other one does."""
    first = sma(x, n)

    @remembered
    def at(bar: int) -> float | None:
        before, now = at(bar - 1), x(bar)
        if now is None or other(bar) is None:
            return None
        return first(bar) if before is None else before + 2 / (n + 1) * (now - before)

    return at


def beside(x: Numbers, other: Numbers) -> Numbers:
    """Where the other one is defined."""
    return lambda bar: None if other(bar) is None else x(bar)


def difference(a: Numbers, b: Numbers) -> Numbers:
    def at(bar: int) -> float | None:
        left, right = a(bar), b(bar)
        return None if left is None or right is None else left - right

    return remembered(at)
