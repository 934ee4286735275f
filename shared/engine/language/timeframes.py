"""How long a bar lasts, and how many of the strategy's bars one of a coarser timeframe takes."""

from shared.engine.language.errors import LanguageError, Place, at, did_you_mean, quoted

MINUTES = {"1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "4h": 240, "1d": 1440, "1w": 10080}
FINEST = "1m"


def minutes(timeframe: str, place: Place | None = None) -> int:
    if timeframe not in MINUTES:
        meant = did_you_mean(timeframe, MINUTES) or f": there are {quoted(MINUTES)}"
        sentence = f"unknown timeframe `{timeframe}`{at(place)}{meant}"
        raise LanguageError("unknown", sentence, place=place)
    return MINUTES[timeframe]


def ratio(coarse: str, fine: str, place: Place | None = None) -> int:
    """Around the clock: a market that closes has fewer bars in a day."""
    longer, shorter = minutes(coarse, place), minutes(fine, place)
    if longer < shorter:
        sentence = f"`{coarse}`{at(place)} is finer than the strategy's own timeframe, {fine}"
        raise LanguageError("range", sentence, place=place)
    return longer // shorter


def bars_unseen(unseen: int, bars: int) -> int:
    """Of the strategy's bars, before the first value of a coarser series that itself begins after `unseen`.

    A coarse bar is visible from its close. Data may begin in the middle of one: it counts for nothing.
    """
    return (unseen + 1) * bars - 1 + (bars - 1)
