"""What stands in lists: figures, parameters, costs, where the run comes from."""

import math
from collections.abc import Mapping
from html import escape

from functions.strategy.report import numbers
from functions.strategy.report.markup import Said, facts
from functions.strategy.report.metric_words import FURTHER, GROUPED, GROUPS, METRICS
from functions.strategy.report.sheet import Figure, Inside, Sheet, Source
from functions.strategy.report.words import CONVENTIONS, chosen
from shared.engine.costs import Costs, Slippage
from shared.engine.language.definition import Definition
from shared.engine.language.rendering import render
from shared.engine.language.sides import Sides

KEY_FIGURES = (
    "total_return",
    "annualized_return",
    "sharpe_ratio",
    "max_drawdown",
    "win_rate",
    "profit_factor",
    "trade_count",
    "exposure_pct",
)


def metric_name(name: str, say: Said) -> str:
    return chosen(METRICS[name].said, say.language) if name in METRICS else say.known(name)


def metric_value(name: str, value: Figure, say: Said) -> str:
    return numbers.figure(value, METRICS[name].unit if name in METRICS else "number", say.language)


def key_figures(sheet: Sheet, say: Said) -> str:
    below = _asides(sheet, say)
    return tiles(
        [
            (metric_name(name, say), metric_value(name, sheet.metrics.get(name), say), below.get(name, ""))
            for name in KEY_FIGURES
        ]
    )


def tiles(told: list[tuple[str, str, str]]) -> str:
    """Names, values, and what stands below them in small letters."""
    inside = (
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}"
        f"{f'<small>{escape(below)}</small>' if below else ''}</dd></div>"
        for name, value, below in told
    )
    return f'<dl class="tiles">{"".join(inside)}</dl>'


def _asides(sheet: Sheet, say: Said) -> dict[str, str]:
    """What a key figure is to be read beside."""
    held = float(sheet.hold[-1]) / sheet.initial - 1.0 if len(sheet.hold) else math.nan
    between = {
        name: say("between", *(metric_value(name, bound, say) for bound in bounds))
        for name, bounds in sheet.confidence.items()
        if bounds is not None
    }
    return {
        "total_return": f"{say('hold')}: {numbers.percent(held, say.language, digits=2)}",
        "trade_count": say("bars", numbers.decimal(len(sheet.time), 0, say.language)),
    } | between


def all_figures(metrics: Mapping[str, Figure], say: Said) -> str:
    unknown = [name for name in metrics if name not in METRICS]
    groups = [(said, [name for name in GROUPED[group] if name in metrics]) for group, said in GROUPS.items()]
    pieces = []
    for said, names in [*groups, (FURTHER, unknown)]:
        if names:
            pairs = [(metric_name(name, say), metric_value(name, metrics[name], say)) for name in names]
            pieces.append(f"<div><h3>{chosen(said, say.language)}</h3>{facts(pairs)}</div>")
    return f'<div class="flowing">{"".join(pieces)}</div>'


def rules_as_written(definition: Definition, say: Said) -> str:
    lines = [f"requires = {render(tree)}" for tree in definition.requires]
    lines += [*_rules("entry", definition.entry.when), *_rules("exit", definition.exit)]
    return f'<pre aria-label="{say("as_rules")}" tabindex="0">{escape(chr(10).join(lines))}</pre>'


def _rules(name: str, sides: Sides) -> list[str]:
    both = (("long", sides.long), ("short", sides.short))
    return [f"{name}.{side} = {render(node)}" for side, node in both if node is not None]


def parameters(definition: Definition, say: Said) -> str:
    pairs = [
        (
            parameter.name,
            numbers.significant(float(parameter.value), say.language, 10)
            if isinstance(parameter.value, int | float) and not isinstance(parameter.value, bool)
            else str(parameter.value),
        )
        for parameter in definition.parameters
    ]
    return facts(pairs) or f'<p class="about">{say("free")}</p>'


def costs(charged: Costs, borrow_rate: float, say: Said) -> str:
    of_value = ("taker", "maker", "funding_rate", "volume_limit")
    amounts = ("per_unit", "minimum")
    pairs = [
        (say(name), say("of_value", numbers.percent(value, say.language, digits=3)))
        if name not in ("volume_limit", "funding_rate")
        else (say(name), numbers.percent(value, say.language, digits=2))
        for name in of_value
        if (value := getattr(charged, name))
    ]
    pairs += [
        (say(name), numbers.significant(value, say.language))
        for name in amounts
        if (value := getattr(charged, name))
    ]
    if charged.slippage.amount:
        pairs.append((say("slippage"), _slippage(charged.slippage, say)))
    if borrow_rate:
        pairs.append((say("borrow_rate"), numbers.percent(borrow_rate, say.language, digits=2)))
    return facts(pairs) or f'<p class="about">{say("free")}</p>'


def _slippage(slippage: Slippage, say: Said) -> str:
    amount = numbers.significant(slippage.amount, say.language)
    match slippage.kind:
        case "percent":
            return say("of_price", numbers.percent(slippage.amount, say.language, digits=3))
        case "fixed":
            return amount
        case "volatility":
            return say("average_ranges", amount)
        case "impact":
            return say("impact", amount)


def foot(source: Source, say: Said) -> str:
    return f"<footer>{escape(say('made_by', source.engine_version))}</footer>"


def provenance(source: Source, pairs: list[tuple[str, str]], say: Said) -> str:
    told = [
        *pairs,
        (say("engine_version"), source.engine_version),
        (say("data_sha256"), source.data_sha256),
        (say("definition_sha256"), source.definition_sha256),
        (say("digest"), source.digest),
    ]
    return facts([(name, value) for name, value in told if value])


def listed(sentences: tuple[str, ...], kind: str) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{kind}">{items}</ul>'


def conventions(say: Said) -> str:
    return listed(tuple(chosen(said, say.language) for said in CONVENTIONS), "plain")


def refused(rejected: Mapping[str, int], say: Said) -> str:
    """Entries that were wanted and not made, by why."""
    pairs = [
        (say.known(why), numbers.decimal(count, 0, say.language)) for why, count in rejected.items() if count
    ]
    return f"<div><h3>{say('refused')}</h3>{facts(pairs)}</div>" if pairs else ""


def inside_bars(inside: Inside | None, say: Said) -> str:
    """Exits that four prices do not tell, by why; and with finer bars what these changed."""
    if inside is None or not (inside.ambiguous or inside.finer):
        return ""
    pairs = []
    if inside.finer:
        pairs = [
            (say("resolved_on"), inside.finer),
            (say("final_with"), numbers.decimal(inside.final, 2, say.language)),
            (say("final_without"), numbers.decimal(inside.without, 2, say.language)),
            (say("ambiguous_without"), numbers.decimal(inside.ambiguous_without, 0, say.language)),
        ]
    pairs += [(say.known(why), numbers.decimal(n, 0, say.language)) for why, n in inside.ambiguous.items()]
    about = f'<p class="about">{escape(say("ambiguous"))}</p>' if inside.ambiguous else ""
    return f"<div><h3>{say('inside')}</h3>{facts(pairs)}{about}</div>"
