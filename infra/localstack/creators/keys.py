"""KMS and Secrets Manager: what wraps, and what is told to few."""

from contextlib import suppress
from typing import Any

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, creates, name_of
from infra.localstack.creators.words import capitals
from infra.localstack.engine import Resource

MARK = "astrolabe"  # a key has no name: this tag holds the program's


@creates("aws:kms/key:Key")
def key(account: Account, resource: Resource) -> Made:
    kms, given = account.client("kms"), resource.inputs
    key_id = _key_id(kms, resource.name) or _new_key(kms, resource)
    if "policy" in given:
        kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=given["policy"])
    if given.get("enableKeyRotation"):
        kms.enable_key_rotation(KeyId=key_id)
    return Made(key_id, {"keyId": key_id, "arn": account.arn("kms", f"key/{key_id}")})


def _key_id(kms: Any, name: str) -> str | None:
    for page in kms.get_paginator("list_keys").paginate():
        for held in page["Keys"]:
            tags = kms.list_resource_tags(KeyId=held["KeyId"])["Tags"]
            if {"TagKey": MARK, "TagValue": name} in tags:
                return str(held["KeyId"])
    return None


def _new_key(kms: Any, resource: Resource) -> str:
    given = capitals(resource.inputs, "description", "keyUsage")
    made = kms.create_key(Tags=[{"TagKey": MARK, "TagValue": resource.name}], **given)
    return str(made["KeyMetadata"]["KeyId"])


@creates("aws:kms/alias:Alias")
def alias(account: Account, resource: Resource) -> Made:
    kms, name = account.client("kms"), name_of(resource)
    key_id = resource.inputs["targetKeyId"]
    try:
        kms.create_alias(AliasName=name, TargetKeyId=key_id)
    except kms.exceptions.AlreadyExistsException:
        kms.update_alias(AliasName=name, TargetKeyId=key_id)
    return Made(name, {"name": name, "arn": account.arn("kms", name)})


@creates("aws:secretsmanager/secret:Secret")
def secret(account: Account, resource: Resource) -> Made:
    secrets, name = account.client("secretsmanager"), name_of(resource)
    with suppress(secrets.exceptions.ResourceExistsException):
        secrets.create_secret(Name=name, **capitals(resource.inputs, "description", "kmsKeyId"))
    arn = secrets.describe_secret(SecretId=name)["ARN"]
    return Made(arn, {"name": name, "arn": arn})


@creates("aws:secretsmanager/secretVersion:SecretVersion")
def secret_version(account: Account, resource: Resource) -> Made:
    """What stands there already stays: a version is history."""
    secrets, arn = account.client("secretsmanager"), resource.inputs["secretId"]
    text = resource.inputs["secretString"]
    with suppress(secrets.exceptions.ResourceNotFoundException):
        held = secrets.get_secret_value(SecretId=arn)
        if held.get("SecretString") == text:
            return Made(f"{arn}|{held['VersionId']}", {"arn": arn, "versionId": held["VersionId"]})
    made = secrets.put_secret_value(SecretId=arn, SecretString=text)
    return Made(f"{arn}|{made['VersionId']}", {"arn": arn, "versionId": made["VersionId"]})
