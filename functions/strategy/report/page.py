"""The tear sheet of one run: one HTML file that needs no network."""

from typing import Any

from functions.strategy.report import details, numbers, trade_table
from functions.strategy.report.curves import data, drawn
from functions.strategy.report.distribution import histogram
from functions.strategy.report.document import banner, document
from functions.strategy.report.equity import (
    equity_curves,
    sampled,
    span_of,
    underwater_curves,
    yearly_table,
)
from functions.strategy.report.markup import Said, folded, key, paragraphs, section, switch
from functions.strategy.report.months import monthly_map
from functions.strategy.report.price import Chart, price_chart
from functions.strategy.report.rolling import rolling_curves, rolling_table
from functions.strategy.report.sheet import Sheet
from shared.engine.language.explaining_strategy import explain_strategy
from shared.words import Language

SCRIPTS = ("script.js", "curves.js", "axes.js", "strokes.js", "price.js", "trades.js")
SCRIPT_WORDS = ("long", "short", "page_of", "show_trade", "one_candle", "one_bar", "bars")
PRICES = ("open_price", "high", "low", "close")


def page(sheet: Sheet, language: Language = "en") -> str:
    say = Said(language)
    price = price_chart(sheet, say)
    figures, pictured = _figures(sheet, price, say)
    body = (
        _head(sheet, say) + f"<main>{details.key_figures(sheet, say)}{_warnings(sheet, say)}{figures}</main>"
    )
    foot = details.foot(sheet.source, say)
    words = {name: say(name) for name in (*SCRIPT_WORDS, *PRICES)}
    told = {
        "words": words | {"months": list(say.months)},
        "curves": pictured,
        "price": price.data,
        "trades": trade_table.data(sheet, say),
    }
    return document(body + foot, title=sheet.definition.name, say=say, data=told, scripts=SCRIPTS)


def _head(sheet: Sheet, say: Said) -> str:
    symbols = sheet.symbols
    chips = [
        ", ".join(symbols) if len(symbols) <= 4 else say("symbols", len(symbols)),
        sheet.timeframe,
        period(sheet),
        f"{say('initial')} {numbers.decimal(sheet.initial, 2, say.language)}",
    ]
    named = sheet.definition
    return banner(kind=say("backtest"), title=named.name, about=named.description, chips=chips, say=say)


def period(sheet: Sheet) -> str:
    if len(sheet.time) == 0:
        return ""
    return f"{numbers.minute(int(sheet.time[0]))} – {numbers.minute(int(sheet.time[-1]))}"


def _warnings(sheet: Sheet, say: Said) -> str:
    told = sheet.warnings
    return section("warnings", say("warnings"), details.listed(told, "warned")) if told else ""


def _figures(sheet: Sheet, price: Chart, say: Said) -> tuple[str, dict[str, Any]]:
    language, span, shown = say.language, span_of(sheet), sampled(sheet)
    equity, below, rolling = equity_curves(sheet, shown, say), underwater_curves(shown, say), None
    scales = [(name, say(name)) for name in equity.scales]
    lines = key([("line strategy", say("strategy")), ("line hold", say("hold"))])
    money, depth = (drawn(curve, span, language=language) for curve in (equity, below))
    pieces = [
        section("explanation", say("explanation"), _explanation(sheet, say)),
        section(
            "equity",
            say("equity"),
            money + lines + folded(say("as_table"), yearly_table(sheet, say)),
            controls=switch("scale", say("axis"), scales) if len(scales) > 1 else "",
        ),
        section("underwater", say("underwater"), depth, about=say("underwater_about")),
        price.html,
        section("months", say("months"), monthly_map(sheet.months, say)),
        section("distribution", say("distribution"), histogram(sheet.trades.pnl_pct, say)),
    ]
    if sheet.rolling is not None and len(sheet.rolling.time):
        rolling = rolling_curves(sheet.rolling, say)
        picture = drawn(rolling, span, language=language)
        table = folded(say("as_table"), rolling_table(sheet.rolling, say))
        about = say("rolling_about", sheet.rolling.days)
        pieces.append(section("rolling", say("rolling"), picture + table, about=about))
    pieces += _lists(sheet, say)
    curves = [equity, below] + ([rolling] if rolling else [])
    return "".join(pieces), {curve.name: data(curve, span) for curve in curves}


def _explanation(sheet: Sheet, say: Said) -> str:
    """Without its first paragraph: name and description stand at the top of the page."""
    _, *told = explain_strategy(sheet.definition, say.language).split("\n\n")
    words = paragraphs("\n\n".join(told))
    return f'<div class="split"><div>{words}</div>{details.rules_as_written(sheet.definition, say)}</div>'


def _lists(sheet: Sheet, say: Said) -> list[str]:
    borrowing = sheet.definition.risk.borrow_rate
    setting = (
        f'<div class="columns"><div><h3>{say("parameters")}</h3>{details.parameters(sheet.definition, say)}'
        f"</div><div><h3>{say('costs')}</h3>{details.costs(sheet.costs, borrowing, say)}</div>"
        f"{details.refused(sheet.rejected, say)}{details.inside_bars(sheet.inside, say)}</div>"
    )
    listed = ", ".join(sheet.symbols)
    origin = [(say("data"), listed), (say("timeframe"), sheet.timeframe), (say("period"), period(sheet))]
    origin.append((say("risk_free"), numbers.percent(sheet.risk_free, say.language, digits=2)))
    return [
        section("figures", say("figures"), details.all_figures(sheet.metrics, say)),
        section("trades", say("trades"), trade_table.trade_table(sheet, say)),
        section("setting", say("setting"), setting),
        section("provenance", say("provenance"), details.provenance(sheet.source, origin, say)),
        section("conventions", say("conventions"), details.conventions(say)),
    ]
