"""Everything that is read from the environment, once, at the first question."""

from functools import cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    public_url: str = "http://127.0.0.1:8000"
    log_level: str = "INFO"
    rate_limit_factor: int = 1

    # The database, one login a kind of function: a URL here, or the name of a secret that holds it.
    database_url: SecretStr | None = None  # app_owner's: migrations alone
    database_url_http: SecretStr | None = None
    database_url_auth: SecretStr | None = None
    database_url_system: SecretStr | None = None
    database_host: str | None = None  # where nothing has logged in yet: the function that makes the logins
    database_port: int | None = None
    database_admin_secret: str | None = None
    database_ca_file: Path | None = None  # goes into their URLs: whom the database is to be proved by

    # Secrets and keys: a folder of files on one machine, Secrets Manager and KMS in AWS.
    secrets_dir: Path | None = None
    secrets_prefix: str = "astrolabe/"
    kms_key_id: str | None = None  # its ARN: so KMS names it in its answers

    # The payment processor: Stripe, or what speaks as it does at an address of its own.
    stripe_url: str | None = None
    stripe_webhook_secret: SecretStr | None = None  # here, or among the secrets

    # Exchange rates, as the European Central Bank writes them each day; None: by the file that comes along.
    rates_url: str | None = None

    # Where things go.
    mail_dir: Path | None = None  # a folder of .eml files, else SES
    mail_from: str = "Astrolabe <no-reply@astrolabe.test>"
    bucket: str | None = None  # of S3, for objects,
    storage_dir: Path | None = None  # else a folder
    event_bus: str | None = None  # None: platform.deliveries, by local_routes
    queue_url_prefix: str | None = None
    queue_prefix: str = ""  # of SQS's names, which several deployments of one account share
    local_routes: dict[str, list[str]] = {}  # topic → its consumers
    schedules: dict[str, str] = {}  # cron file → its rate(…) or cron(…), for whoever asks when it runs next

    clock_file: Path | None = None  # seconds to add to the clock: a storm's time machine


@cache
def settings() -> Settings:
    return Settings()
