"""What a function makes of its arguments."""

from collections.abc import Sequence

from shared.engine.language import arguments
from shared.engine.language.catalogue import NAMES, Function, Setting
from shared.engine.language.errors import LanguageError, Place, at, did_you_mean, quoted
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.operators import all_of, result
from shared.engine.language.tree import Call, Node, Output
from shared.engine.language.typed import Typed, Value, aligned, refuse, together


def function_of(node: Call) -> Function:
    if (function := FUNCTIONS.get(node.name)) is not None:
        return function
    if node.name in NAMES:
        refuse("syntax", f"`{node.name}`{at(node.place)} is written without parentheses", node)
    kind = "candlestick pattern" if node.name.startswith("cdl_") else "indicator"
    sentence = f"unknown {kind} `{node.name}`{at(node.place)}{did_you_mean(node.name, FUNCTIONS)}"
    start = node.place.start if node.place else 0
    place = node.place and Place(start, start + len(node.name))
    raise LanguageError("unknown", sentence, place=place)


def called(node: Call, given: Sequence[Typed], *, base: str, timeframe: str) -> Typed:
    """`base` is the strategy's timeframe, `timeframe` that of the bars which a function of the bar reads."""
    function = function_of(node)
    arguments.counted(node, function)
    count = len(given) if function.many else len(function.inputs)
    inputs, written = given[:count], given[count:]
    _inputs_fit(node, inputs, function)
    settings = _settings(node, written, function)
    typed = _result(node, inputs, function, base=base, timeframe=timeframe)
    if not typed.series:
        return typed
    warm_up = typed.warm_up + function.warm_up(*settings)
    typed = Typed(typed.kind, True, warm_up, typed.timeframe, typed.of_position, function.values)
    return aligned(typed, base) if typed.kind == "truth" and function.inputs else typed


def output_of(node: Output) -> Call:
    """The call whose output is named."""
    call = node.operand
    if not isinstance(call, Call):
        sentence = f"`.{node.name}`{at(node.place)} stands directly behind a function with several outputs"
        refuse("syntax", sentence, node)
    function = function_of(call)
    if not function.outputs:
        refuse("unknown", f"`{call.name}`{at(node.place)} has one output, which has no name", node)
    if node.name not in function.outputs:
        meant = did_you_mean(node.name, function.outputs) or f": there are {quoted(function.outputs)}"
        refuse("unknown", f"unknown output `{node.name}`{at(node.place)}{meant}", node)
    return call


def without_output(node: Call) -> None:
    outputs = function_of(node).outputs
    if outputs:
        names = quoted(f".{name}" for name in outputs)
        refuse("type", f"`{node.name}`{at(node.place)} has several outputs: name {names}", node)


def _inputs_fit(node: Call, given: Sequence[Typed], function: Function) -> None:
    last = len(function.inputs) - 1
    for index, part in enumerate(given):
        kind = function.inputs[min(index, last)].kind
        if part.kind != kind:
            all_of(kind, [part], [node.arguments[index]], of=node.name)
        if part.of_position and function.remembers:
            sentence = f"the position has no history that `{node.name}`{at(node.place)} could read"
            refuse("type", sentence, node)
    if given and function.fold is None and not any(part.series for part in given):
        hint = f"write {arguments.signature(function)} with a series such as `close`"
        refuse("type", f"`{node.name}`{at(node.place)} has no series to work on: {hint}", node)


def _settings(node: Call, given: Sequence[Typed], function: Function) -> list[Value]:
    """Those written, then the defaults."""
    first = len(node.arguments) - len(given)
    settings: list[Value] = []
    for index, setting in enumerate(function.settings):
        if index >= len(given):
            assert setting.default is not None  # they were counted
            settings.append(setting.default)
        else:
            settings.append(_constant(setting, given[index], node.arguments[first + index], node.name))
    return settings


def _constant(setting: arguments.AnySetting, given: Typed, node: Node, of: str) -> Value:
    if isinstance(setting, Setting):
        return arguments.number(setting, given, node, of=of)
    return arguments.wording(setting, given, node, of=of)


def _result(node: Call, inputs: Sequence[Typed], function: Function, *, base: str, timeframe: str) -> Typed:
    if not function.inputs:
        return Typed(function.gives, timeframe=timeframe)
    if function.event:
        return result(function.gives, [aligned(part, base) for part in inputs], function.fold, node)
    return result(function.gives, together(inputs, base), function.fold, node)
