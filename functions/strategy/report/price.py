"""The price with the trades on it: a picture of all of it, and finer candles for the script to zoom into."""

from typing import Any, NamedTuple

import numpy as np

from functions.strategy.report import candles as candle
from functions.strategy.report import numbers
from functions.strategy.report.calendar_ticks import time_ticks
from functions.strategy.report.candles import Candles
from functions.strategy.report.charts import MANIFOLD, WIDTH, Scale, Span, both_scales, path, scale
from functions.strategy.report.curves import MOST_WORDS
from functions.strategy.report.drawing import Face, chart, percent_of, shape
from functions.strategy.report.markup import Said, key, section, switch
from functions.strategy.report.sheet import Sheet, TradeRows
from shared.engine.bars import Floats, Integers

HEIGHT = 380.0
PICTURED = 240  # candles
KEPT = 20_000  # candles, of all symbols together
SYMBOLS = 12
FEW = 120  # trades that are drawn one by one


class Chart(NamedTuple):
    order: tuple[int, ...]  # of the symbols that it can show, as places in the sheet's
    html: str
    data: dict[str, Any]


def price_chart(sheet: Sheet, say: Said) -> Chart:
    order = most_traded(sheet)
    each = KEPT // max(len(order), 1)
    kept = [candle.candles(sheet.market[index], each) for index in order]
    data = {
        "height": HEIGHT,
        "symbols": [
            {"index": index, "name": sheet.symbols[index]} | candle.data(shown)
            for index, shown in zip(order, kept, strict=True)
        ],
    }
    first = order[0]
    content = _controls(sheet, order, say) + _picture(sheet, first, say) + _notes(sheet, order, kept, say)
    return Chart(order, section("price", say("price"), content, controls=_switches(sheet, first, say)), data)


def most_traded(sheet: Sheet) -> tuple[int, ...]:
    counts = np.bincount(sheet.trades.symbol, minlength=len(sheet.market))
    order = sorted(range(len(sheet.market)), key=lambda index: -int(counts[index]))
    return tuple(order[:SYMBOLS])


def _switches(sheet: Sheet, index: int, say: Said) -> str:
    scales = [(name, say(name)) for name in _scales(candle.candles(sheet.market[index], PICTURED))]
    axis = switch("price-scale", say("axis"), scales, scripted=True) if len(scales) > 1 else ""
    faces = switch("price-face", say("price"), [("candles", say("candles")), ("line", say("line"))])
    return f'<div class="switches">{axis}{faces}</div>'


def _scales(shown: Candles) -> dict[str, Scale]:
    """A logarithmic one ends where a lone wick would leave all else a sliver."""
    both = both_scales([shown.open, shown.close], HEIGHT)
    both["linear"] = scale([shown.high, shown.low], HEIGHT)
    if not (shown.low > 0).all():
        both.pop("log", None)
    if "log" in both:
        least, most = min(shown.open.min(), shown.close.min()), max(shown.open.max(), shown.close.max())
        shorter = [np.minimum(shown.high, most * MANIFOLD), np.maximum(shown.low, least / MANIFOLD)]
        both["log"] = scale(shorter, HEIGHT, log=True)
    return both


def _picture(sheet: Sheet, index: int, say: Said) -> str:
    bars = sheet.market[index]
    shown = candle.candles(bars, PICTURED)
    span = _span(shown)
    heights = next(iter(_scales(shown).values()))
    marks = marked(sheet.trades, index, span, heights)
    faces = [
        Face("candles", heights, bodies(shown, span, heights), marks),
        Face("line", heights, _close(shown, span, heights), marks),
    ]
    period = [numbers.minute(int(at)) for at in (bars.time[0], bars.time[-1])] if len(bars) else []
    label = f"{say('price')}: {bars.symbol}, {' – '.join(period)}"
    return chart(
        "price",
        label=label,
        faces=faces,
        axis=time_ticks(span, MOST_WORDS, say.language),
        written=lambda ticks: [numbers.significant(tick, say.language) for tick in ticks],
    )


def bodies(shown: Candles, span: Span, heights: Scale) -> str:
    """Two paths of thin lines, two of bodies: those that rose and those that fell."""
    if len(shown.time) == 0:
        return ""
    middle = span.place(shown.middle)
    half = shown.width / (span.end - span.start) * WIDTH * 0.32
    tops = heights.place(np.maximum(shown.open, shown.close))
    feet = heights.place(np.minimum(shown.open, shown.close))
    highs, lows = heights.place(shown.high), heights.place(shown.low)
    pieces = []
    for kind, chosen in (("rose", shown.close >= shown.open), ("fell", shown.close < shown.open)):
        rows = np.flatnonzero(chosen).tolist()
        wicks = "".join(f"M{middle[row]:.1f} {highs[row]:.1f}V{lows[row]:.1f}" for row in rows)
        boxes = "".join(
            f"M{middle[row] - half:.1f} {tops[row]:.1f}h{2 * half:.1f}v{max(feet[row] - tops[row], 0.6):.1f}"
            f"h{-2 * half:.1f}Z"
            for row in rows
        )
        pieces.append(shape(f"{kind} wick", wicks) + shape(f"{kind} body", boxes))
    return "".join(pieces)


def marked(trades: TradeRows, index: int, span: Span, heights: Scale) -> str:
    """Of few trades each with its line and marks; of many a dot for each place where one entered."""
    rows = np.flatnonzero(trades.symbol == index)
    starts, ends = span.part(trades.entry_at[rows]), span.part(trades.exit_at[rows])
    entries, exits = heights.place(trades.entry_price[rows]), heights.place(trades.exit_price[rows])
    if len(rows) > FEW:
        return _dots(starts, entries, trades.side[rows].astype(np.int64))
    pieces = []
    for place, row in enumerate(rows.tolist()):
        kind = "win" if trades.pnl[row] > 0 else "loss"
        start, end = percent_of(starts[place]), percent_of(ends[place])
        entry, leave = f"{entries[place]:.1f}", f"{exits[place]:.1f}"
        sign = "buy" if trades.side[row] > 0 else "sell"
        pieces.append(
            f'<line class="{kind}" x1="{start}" y1="{entry}" x2="{end}" y2="{leave}"/>'
            f'<use href="#{sign}" class="entry" x="{start}" y="{entry}"/>'
            f'<use href="#{kind}" class="{kind}" x="{end}" y="{leave}"/>'
        )
    return "".join(pieces)


def _dots(across: Floats, down: Floats, sides: Integers) -> str:
    pieces = []
    for kind, side in (("bought", 1), ("sold", -1)):
        places = {
            (round(x * 400), round(y / 4))
            for x, y in zip(across[sides == side].tolist(), down[sides == side].tolist(), strict=True)
        }
        d = "".join(f"M{x * WIDTH / 400:g} {y * 4}h0" for x, y in sorted(places))
        pieces.append(shape(f"dots {kind}", d))
    stretched = f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none"'
    return f'<svg class="stretched" width="100%" height="{HEIGHT:g}" {stretched}>{"".join(pieces)}</svg>'


def _close(shown: Candles, span: Span, heights: Scale) -> str:
    return shape("close stroke", path(span.place(shown.middle), heights.place(shown.close)))


def _span(shown: Candles) -> Span:
    """With room for half a candle at both ends."""
    if len(shown.time) == 0:
        return Span(0, 1)
    half = shown.width / 2
    return Span(int(shown.middle[0] - half), int(shown.middle[-1] + half))


def _controls(sheet: Sheet, order: tuple[int, ...], say: Said) -> str:
    """Of use with a script alone, which shows them."""
    choices = "".join(f'<option value="{place}"></option>' for place in range(len(order)))
    several = f'<select aria-label="{say("symbol")}">{choices}</select>' if len(order) > 1 else ""
    buttons = "".join(
        f'<button type="button" data-move="{move}" title="{say(word)}" aria-label="{say(word)}">'
        f"{sign}</button>"
        for move, word, sign in (
            ("earlier", "earlier", "←"),
            ("later", "later", "→"),
            ("in", "zoom_in", "+"),
            ("out", "zoom_out", "−"),
        )
    )
    everything = f'<button type="button" data-move="all">{say("reset")}</button>'
    return f'<div class="moves" hidden>{several}{buttons}{everything}<output></output></div>'


def _notes(sheet: Sheet, order: tuple[int, ...], kept: list[Candles], say: Said) -> str:
    marks = key(
        [
            ("mark buy", say("long_entry")),
            ("mark sell", say("short_entry")),
            ("mark win", say("win")),
            ("mark loss", say("loss")),
        ]
    )
    told = []
    if len(order) < len(sheet.market):
        told.append(say("most_traded", len(order), len(sheet.market)))
    bars, shown = sheet.market[order[0]], kept[0]
    if shown.each > 1:
        step = numbers.duration(float(np.median(np.diff(bars.time))) * shown.each)
        count = numbers.decimal(len(bars), 0, say.language)
        told.append(say("coarse", count, numbers.decimal(len(shown.time), 0, say.language), step))
    if max(np.bincount(sheet.trades.symbol, minlength=1)) > FEW / 4:  # as on a narrow page
        told.append(say("dots"))
    help_text = f'<p class="about help" hidden>{say("price_help")}</p>'
    return marks + (f'<p class="about">{" ".join(told)}</p>' if told else "") + help_text
