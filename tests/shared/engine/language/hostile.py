"""What somebody sends who means no strategy, and how quickly it must be refused."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from shared.engine.language import LanguageError

SECONDS = 0.05


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"abs": [value]}
    return value


def refused_quickly(read: Callable[[Any], object], value: object) -> LanguageError:
    """The best of three: another process may have the processor."""
    elapsed = []
    for _ in range(3):
        start = time.process_time()
        with pytest.raises(LanguageError) as refusal:
            read(value)
        elapsed.append(time.process_time() - start)
    assert min(elapsed) <= SECONDS
    return refusal.value
