"""Every name that rules are written with, as a person looks it up: how it is written and what it is."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.engine.language import functions, indicators, notes, words
from shared.engine.language.catalogue import Function, Input, Setting, Wording
from shared.engine.language.errors import LanguageError, did_you_mean, quoted
from shared.engine.language.explaining import polished
from shared.engine.language.rendering import written
from shared.engine.language.tokens import WORDS
from shared.engine.language.words import Said
from shared.words import LANGUAGES, Language

NOTHING: Said = ("", "")
MANY = 5  # that may be meant
GROUPS: dict[str, tuple[Said, tuple[Function, ...]]] = {
    "averages": (("Averages", "Medias"), indicators.AVERAGES),
    "oscillators": (("Oscillators", "Osciladores"), indicators.OSCILLATORS),
    "trends": (("Trends", "Tendencias"), indicators.TRENDS),
    "volumes": (("Volume", "Volumen"), indicators.VOLUMES),
    "spreads": (("Ranges and deviations", "Rangos y desviaciones"), indicators.SPREADS),
    "channels": (("Channels and levels", "Canales y niveles"), indicators.CHANNELS),
    "conditions": (("Conditions", "Condiciones"), functions.CONDITIONS),
    "memories": (("What was before", "Lo que hubo antes"), functions.MEMORIES),
    "standing": (("Among others, and phases", "Entre otros, y fases"), functions.OF_SYMBOLS),
    "arithmetic": (("Arithmetic", "Aritmética"), functions.ARITHMETIC),
    "candles": (("Candlestick patterns", "Patrones de velas"), functions.CANDLES),
}
BARS: Said = ("The bar, the position, the strategy", "La vela, la posición, la estrategia")


class Entry(NamedTuple):
    group: str  # a key of GROUPS, or `names`
    name: str
    written: str  # `macd(x, fast = 12, slow = 26, signal = 9)`
    says: str
    note: str
    outputs: tuple[tuple[str, str], ...] = ()  # `signal`, the signal line
    function: Function | None = None

    @property
    def after(self) -> int | None:
        """Bars before its first value, with the defaults; None where a setting has none."""
        if self.function is None:
            return 0
        defaults = [setting.default for setting in self.function.settings]
        return None if None in defaults else self.function.warm_up(*defaults)


class Group(NamedTuple):
    title: str
    entries: tuple[Entry, ...]


def glossary(language: Language = "en") -> tuple[Group, ...]:
    which = LANGUAGES.index(language)
    names = tuple(
        Entry("names", name, name, said[which], notes.NAMES.get(name, NOTHING)[which])
        for name, said in words.NAMES.items()
    )
    groups = (
        Group(title[which], tuple(_entry(code, function, language) for function in members))
        for code, (title, members) in GROUPS.items()
    )
    return (Group(BARS[which], names), *groups)


def entry_of(name: str, language: Language = "en") -> Entry:
    """Also as it is called, `rsi()`."""
    asked = name.partition("(")[0].strip()[:64]
    entries = {entry.name: entry for group in glossary(language) for entry in group.entries}
    if asked in entries:
        return entries[asked]
    meant = "" if asked in WORDS else _meant(asked, entries)
    raise LanguageError("unknown", f"there is no `{asked}`{meant or ': `astrolabe indicators` lists them'}")


def _meant(asked: str, entries: Mapping[str, Entry]) -> str:
    """What has it among its words, `bollinger`; or the nearest name."""
    word = asked.lower()
    told = [entry.name for entry in entries.values() if word in entry.says.lower().split()]
    if word in entries or not told:
        return did_you_mean(word, entries)
    return f", did you mean {quoted(told[:MANY])}?"


def _entry(group: str, function: Function, language: Language) -> Entry:
    which = LANGUAGES.index(language)
    note = notes.CANDLES if group == "candles" else notes.CALLS.get(function.name, NOTHING)
    outputs = tuple((output, words.OUTPUTS[output][which]) for output in function.outputs)
    return Entry(
        group, function.name, call(function), said(function, language), note[which], outputs, function
    )


def call(function: Function) -> str:
    """As it is written, with what stands where nothing is said."""
    arguments = [*(each.name for each in function.inputs), *_settings(function)]
    return f"{function.name}({', '.join(arguments)}{', …' if function.many else ''})"


def _settings(function: Function) -> Iterator[str]:
    for setting in function.settings:
        if setting.default is None:
            yield setting.name
        elif isinstance(setting, Setting):
            yield f"{setting.name} = {written(setting.default or 0.0)}"
        else:
            yield f'{setting.name} = "{setting.default}"'


def said(function: Function, language: Language) -> str:
    """Its words, each argument called by its name."""
    spanish = language == "es"
    names = [_named(each, spanish=spanish) for each in (*function.inputs, *function.settings)]
    of = f" {'de' if spanish else 'of'} {names[0]}" if function.inputs else ""
    text = words.CALLS[function.name][LANGUAGES.index(language)]
    every = f"{', '.join(names)} {'y más' if spanish else 'and more'}"
    if text.startswith("("):  # inside of something larger
        text = text[1:-1]
    return polished(text.format(*names, of=of, all=every), language)


def _named(argument: Input | Setting | Wording, *, spanish: bool) -> str:
    if isinstance(argument, Input) and argument.kind == "truth":
        return f"se cumple {argument.name}" if spanish else f"{argument.name} holds"
    return argument.name
