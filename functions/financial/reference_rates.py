"""What a euro costs, as the European Central Bank tells it each working day: read, and judged."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

from shared.currencies import CURRENCIES

SHIPPED = Path(__file__).with_name("reference_rates.xml")
TIMEOUT = 10  # seconds
MOST_BYTES = 1_000_000  # the daily file has two thousand
RATE = re.compile(r"[0-9]{1,10}(\.[0-9]{1,10})?")
MOST_MOVED = Decimal("0.2")  # of a price, from one day to the next


@dataclass(frozen=True)
class Sheet:
    """Of one day: the price of a euro in each currency that we know."""

    day: date
    euros: Mapping[str, Decimal]
    source: str


def shipped(day: date) -> Sheet:
    """The file that comes along, as if it were of this day."""
    return Sheet(day, read(SHIPPED.read_bytes(), source="shipped").euros, "shipped")


def fetched(url: str) -> Sheet:
    """An OSError where it cannot be reached."""
    with urlopen(url, timeout=TIMEOUT) as answer:
        document = answer.read(MOST_BYTES + 1)
    if len(document) > MOST_BYTES:
        raise ValueError(f"{url} has more than {MOST_BYTES} bytes")
    return read(document, source=urlsplit(url).hostname or url)


def read(document: bytes, *, source: str) -> Sheet:
    """The text that was looked at is the one that is parsed: a document type, which alone can declare
    entities that grow or lead elsewhere, is refused before."""
    text = document.decode()
    if "<!DOCTYPE" in text:
        raise ValueError("a document type has no place in a list of rates")
    cubes = [found.attrib for found in ElementTree.fromstring(text).iter() if found.tag.endswith("Cube")]
    days = [cube["time"] for cube in cubes if "time" in cube]
    euros = {cube["currency"]: _price(cube["rate"]) for cube in cubes if "currency" in cube}
    if len(days) != 1 or not euros:
        raise ValueError(f"{source} does not tell the rates of one day")
    known = {code: price for code, price in euros.items() if code in CURRENCIES and code != "EUR"}
    return Sheet(date.fromisoformat(days[0]), known, source)


def _price(text: str) -> Decimal:
    if not RATE.fullmatch(text) or not (price := Decimal(text)):
        raise ValueError(f"{text!r} is no price")
    return price


def leaps(sheet: Sheet, before: Mapping[str, Decimal]) -> set[str]:
    """Currencies whose price is further from the last one than a market goes in days."""
    return {
        code
        for code, price in sheet.euros.items()
        if code in before and abs(price / before[code] - 1) > MOST_MOVED
    }
