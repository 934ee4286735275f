"""Secrets by name: a folder of files on one machine, Secrets Manager in AWS."""

from shared.aws import client
from shared.handler import Login
from shared.settings import settings

_held: dict[str, str] = {}


class SecretMissing(LookupError):
    """It has no value yet."""


def secret(name: str) -> str:
    """Kept for the life of the process, unless it is forgotten."""
    if name not in _held:
        _held[name] = _read(name)
    return _held[name]


def forget(name: str) -> None:
    """It may have been rotated: the next question reads it anew."""
    _held.pop(name, None)


def _read(name: str) -> str:
    folder = settings().secrets_dir
    if folder is not None:
        try:
            return (folder / name).read_text().strip()
        except FileNotFoundError as error:
            raise SecretMissing(name) from error
    manager, whole_name = client("secretsmanager"), settings().secrets_prefix + name
    try:
        return str(manager.get_secret_value(SecretId=whole_name)["SecretString"])
    except manager.exceptions.ResourceNotFoundException as error:
        raise SecretMissing(whole_name) from error
    except manager.exceptions.ClientError as error:
        error.add_note(f"The secret asked for was {whole_name}.")  # AWS does not say which
        raise


def database_url(login: Login) -> str:
    given = {
        "fn_http": settings().database_url_http,
        "fn_auth": settings().database_url_auth,
        "fn_system": settings().database_url_system,
    }[login]
    return given.get_secret_value() if given else secret(f"database/{login}")


def forget_database_url(login: Login) -> None:
    forget(f"database/{login}")
