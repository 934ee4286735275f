"""The constants that a function takes: how many, of what kind, within which bounds."""

import math
import re

from shared.engine.language.catalogue import Function, Setting, Wording
from shared.engine.language.errors import at
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.rendering import written
from shared.engine.language.tree import Call, Node
from shared.engine.language.typed import Typed, Value, refuse

AnySetting = Setting | Wording

TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
ZONE = re.compile(r"UTC|(?!posix/|right/)[A-Za-z_]+(/[A-Za-z0-9_+-]+)+")  # `localtime` is the machine's own


def signature(function: Function) -> str:
    """`macd(x, fast, slow, signal)`."""
    names = [*(each.name for each in function.inputs), *(each.name for each in function.settings)]
    return f"`{function.name}({', '.join(names)}{', …' if function.many else ''})`"


def counts(function: Function) -> tuple[float, float]:
    """How few and how many arguments it takes."""
    inputs, settings = len(function.inputs), function.settings
    needed = inputs + sum(each.default is None for each in settings)
    return needed, math.inf if function.many else inputs + len(settings)


COUNTS = {name: counts(function) for name, function in FUNCTIONS.items()}


def counted(node: Call, function: Function) -> None:
    """Refuse too many or too few arguments."""
    (needed, most), given = COUNTS[node.name], len(node.arguments)
    if not needed <= given <= most:
        hint = "" if function.inputs or not function.settings else ", of the whole bar"
        sentence = f"`{node.name}`{at(node.place)} is written {signature(function)}{hint}: {given} given"
        refuse("type", sentence, node)


def number(setting: Setting, given: Typed, node: Node, *, of: str) -> float:
    value = given.constant
    if given.kind != "number" or not isinstance(value, float | int):
        refuse("type", f"{_where(setting, node, of)} is {given.said}: a constant number stands there", node)
    said = written(value)
    if setting.whole and said != int(said):
        refuse("range", f"{_where(setting, node, of)} is {said}: a whole number stands there", node)
    if not setting.low <= said <= setting.high:
        between = f"it lies between {written(setting.low)} and {written(setting.high)}"
        refuse("range", f"{_where(setting, node, of)} is {said}: {between}", node)
    return said


def wording(setting: Wording, given: Typed, node: Node, *, of: str) -> str:
    where = _where(setting, node, of)
    value: Value | None = given.constant
    if given.kind != "text" or not isinstance(value, str):
        refuse("type", f"{where} is {given.said}: a text stands there", node)
    if setting.shape == "time of day" and not TIME.fullmatch(value):
        refuse("range", f'{where} is "{value}": write a time of day such as "09:30"', node)
    if setting.shape == "time zone" and not is_zone(value):
        refuse("range", f'{where} is "{value}": write a time zone such as "America/New_York"', node)
    return value


def _where(setting: AnySetting, node: Node, of: str) -> str:
    return f"`{setting.name}` of `{of}`{at(node.place)}"


def is_zone(text: str) -> bool:
    """One of the IANA's: Python knows them from the system or from `tzdata`."""
    if not ZONE.fullmatch(text):
        return False
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # 4 ms that few rules need

    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return False
    return True
