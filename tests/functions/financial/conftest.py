"""A payment processor on the other side, and functions that know of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calls import Api
from tests.conftest import Database
from tests.functions.financial import people
from tests.functions.financial.people import Person
from tests.functions.financial.processor import Processor, processing


@pytest.fixture
def processor(database: Database, keys_folder: Path, tmp_path: Path) -> Iterator[Processor]:
    """It tells nobody anything until a test lets it."""
    with processing(keys_folder, tmp_path) as made:
        yield made


@pytest.fixture
def ada(api: Api, processor: Processor) -> Person:
    people.rates()
    return people.signed_in(api)
