"""Well-known strategies, each a file of rules, and some candles to see them on. Read when asked."""

from pathlib import Path

from functions.strategy.library.spanish import SPANISH
from shared.engine.language import Definition, LanguageError, read_strategy
from shared.engine.language.errors import did_you_mean
from shared.words import Language

HERE = Path(__file__).parent
DATA = HERE / "data"
SYMBOL_OF = {"1h": ("EURUSD",), "5m": ("EURUSD",), "1d": ("BTCUSD",)}


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in HERE.glob("*.toml")))


def text(name: str) -> str:
    """The file itself: what one copies to change it."""
    if name not in (known := names()):
        asked = name[:64]
        meant = did_you_mean(asked, known) or ": `astrolabe strategies` lists them"
        raise LanguageError("unknown", f"there is no strategy `{asked}` in the library{meant}")
    return (HERE / f"{name}.toml").read_text(encoding="utf-8")


def read(name: str) -> Definition:
    return read_strategy(text(name))


def in_language(definition: Definition, language: Language) -> Definition:
    """To be shown: with the library's own name and description in it. Those of anybody else stay theirs."""
    if language == "en" or not _is_of_the_library(definition):
        return definition
    title, about = SPANISH[definition.name]
    return definition._replace(name=title, description=about)


def _is_of_the_library(definition: Definition) -> bool:
    named = (name for name in names() if f'name = "{definition.name}"\n' in text(name))
    return any(read(name).description == definition.description for name in named)


def sample(definition: Definition) -> tuple[Path, ...]:
    """Shipped candles that it can be seen on: of its symbols and timeframe; empty where none were shipped."""
    timeframe = definition.timeframe or "1d"
    symbols = (
        definition.universe or tuple(leg.symbol for leg in definition.legs) or SYMBOL_OF.get(timeframe, ())
    )
    files = tuple(DATA / timeframe / f"{symbol}.csv" for symbol in symbols)
    return files if files and all(file.exists() for file in files) else ()
