"""The keys of a stack, in KMS: nobody holds them, and each year they are rotated."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import Output, ResourceOptions

from infra.aws.config import Config

REGRET = 30  # days in which a deleted key can be had back: KMS's longest


@dataclass(frozen=True)
class Keys:
    users: Output[str]  # arns: what wraps the data keys of persons
    data: Output[str]  # Aurora's storage and its master secret


def keys(config: Config) -> Keys:
    """Apart, so that a function that wraps keys cannot open a copy of the database."""
    return Keys(
        users=_key(config, "users", "Wraps the keys that personal data are sealed with").arn,
        data=_key(config, "data", "The database's storage, backups and master secret").arn,
    )


def _key(config: Config, what: str, description: str) -> aws.kms.Key:
    name = f"{config.prefix}-{what}"
    key = aws.kms.Key(
        name,
        description=description,
        enable_key_rotation=True,
        deletion_window_in_days=REGRET,
        # On every stack: without it nothing that it sealed opens again, backups included.
        opts=ResourceOptions(protect=True),
    )
    aws.kms.Alias(name, name=f"alias/{name}", target_key_id=key.key_id)
    return key
