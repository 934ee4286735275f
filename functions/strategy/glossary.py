"""What rules are written with, as a person reads it in a terminal, and a program as JSON."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shared.engine.language.catalogue import Setting, Wording
from shared.engine.language.explaining import polished
from shared.engine.language.glossary import Entry, entry_of, glossary
from shared.engine.language.rendering import written
from shared.words import Language

Said = tuple[str, str]
SETTING: tuple[Said, ...] = (
    ("setting", "ajuste"),
    ("without it", "sin él"),
    ("what stands there", "qué se escribe"),
)
OUTPUT: tuple[Said, ...] = (("output", "salida"), ("what it is", "qué es"))
READS: Said = ("It reads {} of the bar.", "Lee {} de la vela.")
AFTER: Said = (
    "By default its first value comes after {} bars.",
    "Por defecto su primer valor llega tras {} velas.",
)
VALUES: Said = ("It is one of {}.", "Es uno de {}.")
NEEDED: Said = ("must be given", "hay que darlo")
BETWEEN: Said = ("{} to {}", "de {} a {}")
SHAPES: dict[str, Said] = {
    "time of day": ("a time of day", "una hora del día"),
    "time zone": ("a time zone", "una zona horaria"),
}


def show(name: str, language: Language) -> None:
    if name:
        _show_one(entry_of(name, language), language)
    else:
        _show_all(language)


def _show_all(language: Language) -> None:
    console = Console(highlight=False)
    for group in glossary(language):
        table = Table(title=group.title, title_justify="left", show_header=False)
        for entry in group.entries:
            outputs = "".join(f" .{output}" for output, _ in entry.outputs)
            table.add_row(escape(entry.written + outputs), escape(entry.says))
        console.print(table)


def _show_one(entry: Entry, language: Language) -> None:
    console, spanish = Console(highlight=False), language == "es"
    console.print(f"[b]{escape(entry.written)}[/]")
    facts = " ".join(filter(None, (_sentence(entry), entry.note, *_facts(entry, spanish=spanish))))
    console.print(escape(polished(facts, language)))
    if entry.function and entry.function.settings:
        table = Table(*(title[spanish] for title in SETTING))
        for setting in entry.function.settings:
            table.add_row(setting.name, *_bounds(setting, spanish=spanish))
        console.print(table)
    if entry.outputs:
        table = Table(*(title[spanish] for title in OUTPUT))
        for output, says in entry.outputs:
            table.add_row(f".{output}", escape(says))
        console.print(table)


def described(name: str, language: Language) -> dict[str, Any]:
    return _described(entry_of(name, language))


def listed(language: Language) -> list[dict[str, Any]]:
    return [_described(entry) for group in glossary(language) for entry in group.entries]


def _described(entry: Entry) -> dict[str, Any]:
    function = entry.function
    return {
        "name": entry.name,
        "group": entry.group,
        "written": entry.written,
        "says": entry.says,
        "note": entry.note,
        "inputs": [each._asdict() for each in function.inputs] if function else [],
        "settings": [_setting(each) for each in function.settings] if function else [],
        "outputs": [{"name": output, "says": says} for output, says in entry.outputs],
        "values": list(function.values) if function else [],
        "reads": list(function.fields) if function else [],
        "bars_before_first_value": entry.after,
    }


def _setting(setting: Setting | Wording) -> dict[str, Any]:
    if isinstance(setting, Wording):
        return setting._asdict()
    numbers = (setting.low, setting.high, setting.default)
    low, high, default = (None if number is None else written(number) for number in numbers)
    return {"name": setting.name, "from": low, "to": high, "default": default, "whole": setting.whole}


def _bounds(setting: Setting | Wording, *, spanish: bool) -> tuple[str, str]:
    if isinstance(setting, Wording):
        return setting.default or NEEDED[spanish], SHAPES[setting.shape][spanish]
    low, high = (_number(bound, spanish=spanish) for bound in (setting.low, setting.high))
    default = NEEDED[spanish] if setting.default is None else _number(setting.default, spanish=spanish)
    return default, BETWEEN[spanish].format(low, high)


def _facts(entry: Entry, *, spanish: bool) -> list[str]:
    function, facts = entry.function, []
    if function and function.fields:
        facts.append(READS[spanish].format(_joined(function.fields, spanish=spanish)))
    if function and function.values:
        facts.append(VALUES[spanish].format(_joined(function.values, spanish=spanish)))
    if entry.after:
        facts.append(AFTER[spanish].format(entry.after))
    return facts


def _joined(names: tuple[str, ...], *, spanish: bool) -> str:
    *most, last = names
    return f"{', '.join(most)} {'y' if spanish else 'and'} {last}" if most else last


def _number(value: float, *, spanish: bool) -> str:
    text = str(written(value))
    return text.replace(".", ",") if spanish else text


def _sentence(entry: Entry) -> str:
    """An argument at its beginning is called as it is written."""
    first = entry.says.split()[0]
    names = {each.name for each in entry.function.inputs} if entry.function else set()
    return f"{entry.says}." if first in names else f"{entry.says[:1].upper()}{entry.says[1:]}."
