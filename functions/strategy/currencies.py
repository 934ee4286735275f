"""What is quoted in another currency than the account's, and the files that tell what that costs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from functions.strategy.errors import WrongOption
from functions.strategy.files import Loaded, Source, load
from functions.strategy.files.columns import printable, quoted
from functions.strategy.remarks import Remark, remark
from shared.engine.bars import Bars
from shared.engine.rules.coarser import closes, length

CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")  # EUR, USDT
TURNED = "1/"  # before a file of what the account's currency costs in the other
PAUSE = 4 * 86_400_000_000  # µs: over a weekend and a holiday nobody names a rate


def currencies(written: Sequence[str], symbols: Sequence[str]) -> dict[str, str]:
    """`EUR`, for all symbols that are not named, or `SYMBOL=EUR`."""
    found: dict[str, str] = {}
    for one in written:
        symbol, sign, code = one.rpartition("=")
        if sign and symbol not in symbols:
            raise WrongOption(f"--currency: {quoted([symbol])} is not traded: there are {quoted(symbols)}")
        if symbol in found:
            raise WrongOption(f"--currency: `{printable(one)}`: one currency is enough")
        found[symbol] = _code("--currency", code)
    everyone = found.pop("", "")
    return {symbol: found.get(symbol, everyone) for symbol in symbols if found.get(symbol, everyone)}


def rates(written: Sequence[str], wanted: Mapping[str, str]) -> Loaded:
    """`EUR=FILE`, or `JPY=1/FILE`: of each currency in which something is quoted."""
    found: dict[str, Bars] = {}
    notes: list[Remark] = []
    for one in written:
        code, sign, file = one.partition("=")
        if not sign or not file:
            raise WrongOption(
                f"--rate: write a currency and a file, as in EUR=eurusd.csv, not `{printable(one)}`"
            )
        if _code("--rate", code) in found:
            raise WrongOption(f"--rate: {code} stands there twice")
        if code not in wanted.values():
            raise WrongOption(f"--rate: nothing is quoted in {code}: --currency says what is")
        read = _rate(code, file)
        found[code] = read.market[0]
        notes += (note for note in read.notes if note.code == "no_zone")
    missing = sorted({code for code in wanted.values() if code not in found})
    if missing:
        raise WrongOption(
            f"--currency: {quoted(missing)} has no rate: --rate {missing[0]}=FILE tells what one costs"
        )
    return Loaded(tuple(found.values()), tuple(notes))


def _code(option: str, text: str) -> str:
    if not CODE.fullmatch(text):
        raise WrongOption(f"{option}: a currency such as EUR stands here, not `{printable(text, most=40)}`")
    return text


def _rate(code: str, file: str) -> Loaded:
    turned = file.startswith(TURNED) and not Path(file).exists()
    path = Path(file.removeprefix(TURNED) if turned else file)
    read = load([Source(path, code)], option="--rate")
    if len(read.market) > 1:
        held = quoted([bars.symbol for bars in read.market])
        raise WrongOption(
            f"--rate {code}: {printable(str(path), most=200)} holds {held}: a rate is one of them"
        )
    (bars,) = read.market
    return read._replace(market=(_turned(bars, code) if turned else replace(bars, symbol=code),))


def _turned(bars: Bars, code: str) -> Bars:
    """What the other costs in the one. What is too small to be turned is refused where it is used."""
    with np.errstate(over="ignore"):
        opening, high, low, close = (1 / column for column in (bars.open, bars.low, bars.high, bars.close))
    return replace(bars, symbol=code, open=opening, high=high, low=low, close=close)


def notes(market: Sequence[Bars], wanted: Mapping[str, str], known: Sequence[Bars]) -> tuple[Remark, ...]:
    """Which symbols are converted, and where a rate was older than it should be."""
    said = []
    for rate in known:
        held = [bars for bars in market if wanted.get(bars.symbol) == rate.symbol]
        said.append(remark("converted", symbols=tuple(bars.symbol for bars in held), currency=rate.symbol))
        oldest = max(_age(bars, rate) for bars in held)
        if oldest > PAUSE + length(rate.timeframe):
            said.append(remark("old_rate", currency=rate.symbol, age=oldest))
    return tuple(said)


def _age(bars: Bars, rate: Bars) -> int:
    """The longest since the close that was the newest, over the closes of the bars."""
    at, known = closes(bars), closes(rate)
    newest = np.maximum(np.searchsorted(known, at, side="right") - 1, 0)
    return int(np.max(at - known[newest]))
