"""Secrets by name: a folder of files on one machine, Secrets Manager in AWS."""

from functools import cache

from shared.aws import client
from shared.handler import Login
from shared.settings import settings


@cache
def secret(name: str) -> str:
    """Kept for the life of the process: a rotated secret is read by the next one."""
    folder = settings().secrets_dir
    if folder is not None:
        return (folder / name).read_text().strip()
    answer = client("secretsmanager").get_secret_value(SecretId=settings().secrets_prefix + name)
    return str(answer["SecretString"])


def database_url(login: Login) -> str:
    given = {
        "fn_http": settings().database_url_http,
        "fn_auth": settings().database_url_auth,
        "fn_system": settings().database_url_system,
    }[login]
    return given.get_secret_value() if given else secret(f"database/{login}")
