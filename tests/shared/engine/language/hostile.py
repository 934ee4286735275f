"""What somebody sends who means no strategy, and how quickly it must be refused."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from shared.engine.language import LanguageError

EXPLODED = 1.0  # seconds of processor time: twenty times what it may take, which is for `make bench` to say


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"abs": [value]}
    return value


def refused_quickly(read: Callable[[Any], object], value: object) -> LanguageError:
    """Whatever it is made of. The best of three, for the collector may run in one."""
    elapsed = []
    for _ in range(3):
        start = time.process_time()
        with pytest.raises(LanguageError) as refusal:
            read(value)
        elapsed.append(time.process_time() - start)
    assert min(elapsed) < EXPLODED
    return refusal.value
