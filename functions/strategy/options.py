"""The options that several commands share, each said once."""

import os
from typing import Annotated, Literal

import typer

MOST_PROCESSES = 64


def processors() -> int:
    """Those that this process may use."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return min(len(usable), MOST_PROCESSES)


Strategy = Annotated[
    str, typer.Argument(metavar="STRATEGY", help="A file (.toml), or a name from `astrolabe strategies`.")
]
Data = Annotated[
    list[str],
    typer.Option(
        "--data",
        metavar="FILE",
        help="Candles, CSV or Parquet; several times for several symbols. SYMBOL=FILE names what it holds.",
    ),
]
Symbols = Annotated[
    list[str],
    typer.Option(
        "--symbol",
        default_factory=list,
        show_default=False,
        help="Of the data, this symbol alone; several times for several.",
    ),
]
Detail = Annotated[
    list[str],
    typer.Option(
        "--detail",
        default_factory=list,
        show_default=False,
        metavar="FILE",
        help="Finer candles of the same symbols: what happens inside a bar is read from them.",
    ),
]
Currencies = Annotated[
    list[str],
    typer.Option(
        "--currency",
        default_factory=list,
        show_default=False,
        metavar="CODE",
        help="Of the prices, where it is not the account's: EUR, or SYMBOL=EUR for one of several.",
    ),
]
Rates = Annotated[
    list[str],
    typer.Option(
        "--rate",
        default_factory=list,
        show_default=False,
        metavar="CODE=FILE",
        help="Candles of what one unit of that currency costs; CODE=1/FILE turns them round.",
    ),
]
Start = Annotated[str, typer.Option("--from", metavar="TIME", help="The first bar opens then or later.")]
End = Annotated[
    str, typer.Option("--to", metavar="TIME", help="The last bar opens before. Without a zone: UTC.")
]
Params = Annotated[
    list[str],
    typer.Option(
        "--param",
        default_factory=list,
        show_default=False,
        metavar="NAME=VALUE",
        help="Another value for a parameter.",
    ),
]
Ranges = Annotated[
    list[str],
    typer.Option(
        "--param",
        default_factory=list,
        show_default=False,
        metavar="NAME=FROM:TO:STEP",
        help="What to try for a parameter; NAME=VALUE holds one still. Without: what the file says.",
    ),
]
Cash = Annotated[float, typer.Option(help="What the account begins with.")]
Commission = Annotated[
    str,
    typer.Option(
        help="Of the value of each fill: 0.001 is 0.1 %. "
        "Or in parts: taker=0.001,maker=0.0002,unit=0.005,minimum=1 (unit: for each share or coin)."
    ),
]
Slippage = Annotated[
    str,
    typer.Option(
        help="How much worse market and stop orders fill: 0.0005 of the price; "
        "or fixed:AMOUNT, volatility:RANGES, impact:DEVIATIONS."
    ),
]
Lot = Annotated[float, typer.Option(help="The smallest quantity, and the step of every other.")]
Tick = Annotated[float, typer.Option(help="The step of prices; 0: any price.")]
RiskFree = Annotated[
    float,
    typer.Option(help="What money earns in a year without risk, 0.03 for 3 %: of ratios, what is beyond it."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object and nothing else, for programs.")]
Html = Annotated[str, typer.Option("--html", metavar="FILE", help="Write the page that shows it all.")]
TradesFile = Annotated[str, typer.Option("--trades", metavar="FILE", help="Write the trades as CSV.")]
EquityFile = Annotated[
    str, typer.Option("--equity", metavar="FILE", help="Write the equity at each close as CSV.")
]
Objective = Annotated[
    str, typer.Option(help="The figure that is to be best: largest, of a volatility least.")
]
Where = Annotated[
    str,
    typer.Option(
        metavar="CONDITION",
        help="Try the combinations for which this holds, in single quotes: '$fast < $slow'.",
    ),
]
Random = Annotated[
    int,
    typer.Option("--random", metavar="N", min=0, help="Try N combinations drawn by lot, not all of them."),
]
Seed = Annotated[int, typer.Option(help="Of the draw: the same seed draws the same.")]
Processes = Annotated[
    int,
    typer.Option(
        min=1,
        max=MOST_PROCESSES,
        default_factory=processors,
        show_default="one for each processor",
        help="How many work at it.",
    ),
]
CombinationsFile = Annotated[
    str, typer.Option("--csv", metavar="FILE", help="Write every combination with its figures as CSV.")
]
ValuesFile = Annotated[
    str, typer.Option("--csv", metavar="FILE", help="Where the values go; without: to the screen.")
]
Expression = Annotated[str, typer.Argument(metavar="EXPRESSION", help='Such as "rsi(close, 14)".')]
Named = Annotated[str, typer.Argument(metavar="NAME", help="Explain this one; without: list them.")]
Called = Annotated[str, typer.Argument(metavar="NAME", help='Such as "rsi"; without: list them.')]
Toml = Annotated[
    bool, typer.Option("--toml", help="Print the file itself, to change it: … --toml > mine.toml.")
]
Language = Annotated[Literal["en", "es"], typer.Option("--language", help="Of pages, tables and warnings.")]
