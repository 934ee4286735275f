"""The collector looks for garbage among what tests leave, not again and again through what was there before.

Collecting 7,000 tests makes a million and a half of objects that stay to the end.
"""

import gc
from collections.abc import Iterator

import pytest

MANY = 50_000  # objects more than before: Python's own 700 is for small programs

gc.disable()  # until all tests are collected


@pytest.hookimpl(hookwrapper=True)
def pytest_collection() -> Iterator[None]:
    yield
    gc.freeze()
    gc.set_threshold(MANY, 10, 10)
    gc.enable()
