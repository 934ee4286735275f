"""What a caller sent: Stripe's nested forms, and how a handler reads them."""

import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import parse_qsl

from infra.local.stripe.errors import invalid

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?")
MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500  # of metadata


def parsed(text: str) -> dict[str, Any]:
    """`a[b]=1&c[]=2&c[]=3` is {"a": {"b": "1"}, "c": {"0": "2", "1": "3"}}: a list is a numbered mapping."""
    whole: dict[str, Any] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise invalid("The request body is not a form in UTF-8.") from None
    for name, value in pairs:
        *path, last = _steps(name)
        place = whole
        for step in path:
            place = place.setdefault(step or str(len(place)), {})
            if not isinstance(place, dict):
                raise invalid(f"Invalid parameter: {name}", param=name)
        place[last or str(len(place))] = value
    return whole


def _steps(name: str) -> list[str]:
    match = NAME.fullmatch(name)
    if not match:
        raise invalid(f"Invalid parameter name: {name}", param=name)
    return [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]


class Given:
    """A form, or a part of one; `path` is where it stands, for whoever has to be told."""

    def __init__(self, form: dict[str, Any], path: str = "") -> None:
        self._form = form
        self._path = path

    def __contains__(self, name: str) -> bool:
        return name in self._form

    def holds_form(self, name: str) -> bool:
        return isinstance(self._form.get(name), dict)

    def only(self, names: Collection[str]) -> "Given":
        for name in self._form:
            if name not in names:
                where = self.named(name)
                raise invalid(f"Received unknown parameter: {where}", param=where, code="parameter_unknown")
        return self

    def named(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name

    def text(self, name: str) -> str | None:
        """An empty one is none, as Stripe has it."""
        value = self._form.get(name)
        if isinstance(value, dict):
            raise invalid("Invalid string", param=self.named(name))
        return value or None

    def needed(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            where = self.named(name)
            raise invalid(f"Missing required param: {where}.", param=where, code="parameter_missing")
        return value

    def whole(self, name: str, *, least: int = 0) -> int | None:
        value = self.text(name)
        if value is None:
            return None
        try:
            number = int(value)
        except ValueError:
            number = None
        if number is None or number < least:
            where = self.named(name)
            raise invalid(f"Invalid integer: {value}", param=where, code="parameter_invalid_integer")
        return number

    def flag(self, name: str) -> bool:
        return self.one_of(name, ("true", "false")) == "true"

    def one_of(self, name: str, choices: Collection[str]) -> str | None:
        value = self.text(name)
        if value is not None and value not in choices:
            raise invalid(f"Invalid {name}: must be one of {', '.join(choices)}", param=self.named(name))
        return value

    def url(self, name: str) -> str | None:
        """One that a browser may be sent to."""
        value = self.text(name)
        if value is not None and not URL.fullmatch(value):
            raise invalid("Not a valid URL", param=self.named(name), code="url_invalid")
        return value

    def inside(self, name: str, names: Collection[str]) -> "Given":
        """The part of that name, which takes these and no other; an empty one where there is none."""
        return Given(self._mapping(name), self.named(name)).only(names)

    def each(self, name: str) -> Iterator["Given"]:
        for number, part in self._mapping(name).items():
            if not isinstance(part, dict):
                raise invalid("Invalid object", param=self.named(name))
            yield Given(part, f"{self.named(name)}[{number}]")

    def texts(self, name: str) -> list[str]:
        return [str(value) for value in self._mapping(name).values()]

    def metadata(self) -> dict[str, str]:
        found = {str(key): str(value) for key, value in self._mapping("metadata").items() if value != ""}
        too_long = any(len(key) > LONGEST_KEY or len(value) > LONGEST_VALUE for key, value in found.items())
        if too_long or len(found) > MOST_KEYS:
            limits = f"{MOST_KEYS} keys of {LONGEST_KEY} characters with values of {LONGEST_VALUE}"
            raise invalid(f"Metadata can have {limits}.", param=self.named("metadata"))
        return found

    def _mapping(self, name: str) -> dict[str, Any]:
        value = self._form.get(name, {})
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=self.named(name))
        return value
