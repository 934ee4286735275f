"""The emulators, each with functions in it that a test calls as any client would."""

from collections.abc import Iterator

import pytest

from infra.localstack import emulator as emulators
from infra.localstack import throwaway
from infra.localstack.emulator import Emulator
from tests.infra.localstack.functions import Functions, free_port


@pytest.fixture(scope="session", params=["ministack", pytest.param("localstack", marks=pytest.mark.soak)])
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    with (
        throwaway.folder() as folder,
        emulators.started(request.param, port=free_port(), folder=folder) as started,
    ):
        yield started


@pytest.fixture(scope="session")
def emulator_functions(emulator: Emulator) -> Iterator[Functions]:
    with Functions.of(emulator) as functions:
        yield functions
