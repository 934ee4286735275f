"""A payment processor on the other side, and functions that know of it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest

from infra.local.stripe import stripe_server
from shared import secrets
from shared.settings import settings
from tests.calls import Api
from tests.conftest import Database
from tests.functions.financial import people
from tests.functions.financial.people import Person
from tests.functions.financial.processor import Processor


@pytest.fixture
def processor(database: Database, keys_folder: Path, tmp_path: Path) -> Iterator[Processor]:
    """It tells nobody anything until a test lets it. The environment is put back by `database`."""
    key, webhook_secret = f"sk_test_{token_hex(12)}", f"whsec_{token_hex(12)}"
    folder = tmp_path / "secrets"
    shutil.copytree(keys_folder, folder)
    (folder / "stripe-secret-key").write_text(key)
    (folder / "stripe-webhook-secret").write_text(webhook_secret)
    with stripe_server(tmp_path / "stripe", key=key) as server:
        os.environ |= {"SECRETS_DIR": str(folder), "STRIPE_URL": server.url}
        settings.cache_clear()
        secrets._held.clear()
        with Processor.of(server, key=key, webhook_secret=webhook_secret) as made:
            yield made


@pytest.fixture
def ada(api: Api, processor: Processor) -> Person:
    people.rates()
    return people.signed_in(api)
