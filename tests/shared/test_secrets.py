"""Secrets by name: read once, read anew when forgotten, and missed by their name."""

import os
from pathlib import Path

import pytest

from infra import keys
from shared.aws import client
from shared.secrets import SecretMissing, database_url, forget, forget_database_url, secret
from shared.settings import settings
from tests.shared.moto import Set


def keep(name: str, value: str) -> None:
    client("secretsmanager").create_secret(Name=name, SecretString=value)


def change(name: str, value: str) -> None:
    client("secretsmanager").put_secret_value(SecretId=name, SecretString=value)


def test_a_secret_is_read_under_the_platform_s_prefix_and_kept_until_it_is_forgotten(aws: Set) -> None:
    keep("astrolabe/a", "one")
    keep("astrolabe/b", "two")
    assert (secret("a"), secret("b")) == ("one", "two")
    for name in ("astrolabe/a", "astrolabe/b"):
        change(name, "changed")
    forget("a")
    assert (secret("a"), secret("b")) == ("changed", "two")


def test_another_deployment_has_a_prefix_of_its_own(aws: Set) -> None:
    keep("astrolabe/a", "one")
    keep("astrolabe-dev/a", "of dev")
    aws(SECRETS_PREFIX="astrolabe-dev/")
    assert secret("a") == "of dev"


def test_a_missing_secret_is_told_by_its_name(aws: Set) -> None:
    with pytest.raises(SecretMissing, match="astrolabe/a"):
        secret("a")
    keep("astrolabe/a", "one")
    assert secret("a") == "one"  # that it was missing is not kept


def test_a_missing_file_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    settings.cache_clear()
    with pytest.raises(SecretMissing, match="of-nobody"):
        secret("of-nobody")


def test_a_login_s_address_is_a_setting_or_else_a_secret(aws: Set) -> None:
    keep("astrolabe/database/fn_http", "postgresql+pg8000://fn_http@elsewhere/astrolabe")
    aws(DATABASE_URL_AUTH="postgresql+pg8000://fn_auth@here/astrolabe")
    assert database_url("fn_http") == "postgresql+pg8000://fn_http@elsewhere/astrolabe"
    assert database_url("fn_auth") == "postgresql+pg8000://fn_auth@here/astrolabe"
    change("astrolabe/database/fn_http", "rotated")
    forget_database_url("fn_http")
    assert database_url("fn_http") == "rotated"


def test_the_key_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    keys.keep(tmp_path / "keys")
    assert oct((tmp_path / "keys").stat().st_mode & 0o777) == "0o700"
    assert {oct(file.stat().st_mode & 0o777) for file in (tmp_path / "keys").iterdir()} == {"0o600"}
    before = keys.read(tmp_path / "keys")
    keys.keep(tmp_path / "keys")
    assert keys.read(tmp_path / "keys") == before
    assert set(os.listdir(tmp_path / "keys")) == {"jwks", "master-keys", "signing-key", "token-key"}
