"""The secrets of a stack, made inside it: no password and no key lies in the state of a deployment."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import URL, make_url

from infra import keys
from infra.database import LOGINS
from shared.aws import client
from shared.crypto import new_token
from shared.settings import settings

DATABASE = "astrolabe"
TOKEN, SIGNING = "token-key", ("jwks", "signing-key")


def keep_signing(*, anew: bool) -> None:
    """What the platform derives and signs with: what is there stays. KMS has the place of the master keys."""
    held = {name: text for name in (TOKEN, *SIGNING) if (text := _value(name))}
    now = datetime.now(UTC)
    if TOKEN not in held:
        _keep({TOKEN: keys.new_secrets(now)[TOKEN]})
    if anew or not held.keys() >= set(SIGNING):  # a pair that a kill left half is followed by a whole one
        _keep(keys.signing_anew({"jwks": json.dumps({"keys": []})} | held, now))


def passwords(*, anew: bool) -> dict[str, str]:
    """Those of the logins, kept or new."""
    held = {login: _value(f"database/{login}") for login in LOGINS}
    return {
        login: str(make_url(url).password) if url and not anew else new_token() for login, url in held.items()
    }


def keep_logins(passwords: Mapping[str, str]) -> str:
    """Where each login finds the database. Gives the owner's."""
    urls = {login: _url(login, password, DATABASE) for login, password in passwords.items()}
    _keep({f"database/{login}": url for login, url in urls.items()})
    return urls["app_owner"]


def admin_url() -> str:
    """The administrator's, whose password Aurora keeps and changes itself."""
    held = client("secretsmanager").get_secret_value(SecretId=settings().database_admin_secret)
    admin = json.loads(held["SecretString"])
    return _url(admin["username"], admin["password"], "postgres")


def _url(user: str, password: str, name: str) -> str:
    host, port = settings().database_host, settings().database_port
    trusted = settings().database_ca_file
    proof = {"sslrootcert": str(trusted)} if trusted else {}
    url = URL.create("postgresql+pg8000", user, password, host, port, name, proof)
    return url.render_as_string(hide_password=False)


def _value(name: str) -> str | None:
    """None where it is declared, and was never given one: AWS raises then, MiniStack answers without it."""
    secrets = client("secretsmanager")
    try:
        found = secrets.get_secret_value(SecretId=settings().secrets_prefix + name)
    except secrets.exceptions.ResourceNotFoundException:
        return None
    value: str | None = found.get("SecretString")
    return value


def _keep(given: Mapping[str, str]) -> None:
    for name, text in given.items():
        if _value(name) != text:
            client("secretsmanager").put_secret_value(
                SecretId=settings().secrets_prefix + name, SecretString=text
            )
