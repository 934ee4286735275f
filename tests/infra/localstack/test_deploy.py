"""Small programs on a local AWS: what they declare works there, and works again when it changed."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pulumi
import pulumi_aws as aws
import pytest

from infra.localstack.creators.account import Account
from infra.localstack.creators.database import SECRET
from infra.localstack.deploy import Deployed, LeftOut, Undeployed, deploy
from infra.localstack.emulator import Emulator
from tests.infra.localstack import stacks


def put(emulator: Emulator, program: Callable[[], None]) -> Deployed:
    return deploy(emulator.url, config={}, program=program)


def heard(account: Account, log: str, *, seconds: float = 10) -> list[str]:
    """The sources of the events that the function has printed, once there is one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        lines = account.client("logs").filter_log_events(logGroupName=log)["events"]
        found = [line["message"].partition("heard ")[2] for line in lines if "heard " in line["message"]]
        if found:
            return [json.loads(body)["source"] for body in found]
        time.sleep(0.1)
    return []


def tell(account: Account, source: str) -> None:
    entry = {"Source": source, "DetailType": "told", "Detail": "{}", "EventBusName": "facts"}
    assert account.client("events").put_events(Entries=[entry])["FailedEntryCount"] == 0


def test_a_function_answers_behind_its_api(emulator: Emulator, tmp_path: Path) -> None:
    deployed = put(emulator, stacks.site(tmp_path))
    assert deployed.left_out == ()
    assert deployed.outputs["url"].startswith(emulator.url)
    answer = httpx.get(f"{deployed.outputs['url']}/door")
    assert (answer.status_code, answer.text) == (200, "hello to Ann /door")


def test_a_second_deployment_brings_code_layer_and_environment_that_changed(
    emulator: Emulator, tmp_path: Path
) -> None:
    first = put(emulator, stacks.site(tmp_path, says="to", greeting="hello", name="Ann")).outputs
    second = put(emulator, stacks.site(tmp_path, says="from", greeting="hi", name="Bob")).outputs
    assert second["url"] == first["url"]
    assert second["layer"] != first["layer"]
    assert int(second["version"]) == int(first["version"]) + 1
    assert httpx.get(f"{second['url']}/door").text == "hi from Bob /door"


def test_what_did_not_change_keeps_its_version(emulator: Emulator, tmp_path: Path) -> None:
    first = put(emulator, stacks.site(tmp_path, says="again"))
    second = put(emulator, stacks.site(tmp_path, says="again"))
    assert second == first


def test_an_event_reaches_its_function_over_bus_rule_and_queue(emulator: Emulator, tmp_path: Path) -> None:
    account = Account(emulator.url)
    deployed = put(emulator, stacks.chain(tmp_path))
    tell(account, "auth")
    assert heard(account, deployed.outputs["log"]) == ["auth"]


def test_a_second_deployment_changes_queues_and_rules_doubling_none(
    emulator: Emulator, tmp_path: Path
) -> None:
    account = Account(emulator.url)
    put(emulator, stacks.chain(tmp_path, source="auth", seconds=60))
    url = put(emulator, stacks.chain(tmp_path, source="wallets", seconds=90)).outputs["queue"]
    held = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert held["VisibilityTimeout"] == "90"
    assert json.loads(held["RedrivePolicy"])["maxReceiveCount"] == 3
    rule = account.client("events").describe_rule(Name="heard", EventBusName="facts")
    assert json.loads(rule["EventPattern"]) == {"source": ["wallets"]}
    mappings = account.client("lambda").list_event_source_mappings(FunctionName="listens")
    assert [mapping["BatchSize"] for mapping in mappings["EventSourceMappings"]] == [5]


def test_what_holds_data_is_kept_and_only_a_new_secret_is_written(emulator: Emulator) -> None:
    account = Account(emulator.url)
    first, same, changed = (
        put(emulator, stacks.store(secret=text)).outputs for text in ("one", "one", "two")
    )
    assert first["key"] == same["key"] == changed["key"]
    assert first["version"] == same["version"] != changed["version"]
    assert account.client("kms").get_key_rotation_status(KeyId=first["key"])["KeyRotationEnabled"] is True
    secrets = account.client("secretsmanager")
    assert secrets.get_secret_value(SecretId="stack/signing")["SecretString"] == "two"
    s3: Any = account.client("s3")
    assert s3.get_bucket_versioning(Bucket="stack-objects")["Status"] == "Enabled"
    rules = s3.get_bucket_lifecycle_configuration(Bucket="stack-objects")["Rules"]
    assert [(rule["ID"], rule["Expiration"]["Days"]) for rule in rules] == [("answers", 1)]
    alarms = account.client("cloudwatch").describe_alarms(AlarmNames=["age"])["MetricAlarms"]
    assert [alarm["Dimensions"] for alarm in alarms] == [[{"Name": "QueueName", "Value": "heard"}]]


def test_what_is_left_out_is_told_with_the_reason(emulator: Emulator) -> None:
    def program() -> None:
        vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16")
        aws.ec2.Subnet("inner", vpc_id=vpc.id, cidr_block="10.0.1.0/24")

    deployed = put(emulator, program)
    why = "functions are processes of this machine: no network is around them"
    assert deployed.created == 0
    assert deployed.left_out == (
        LeftOut("aws:ec2/vpc:Vpc", "net", why),
        LeftOut("aws:ec2/subnet:Subnet", "inner", why),
    )


def test_the_cluster_is_the_database_that_the_secret_names(emulator: Emulator) -> None:
    named = {"host": "127.0.0.1", "port": 5433, "username": "postgres", "password": "hush"}
    secrets = Account(emulator.url).client("secretsmanager")
    made = secrets.create_secret(Name=SECRET, SecretString=json.dumps(named))

    def program() -> None:
        cluster = aws.rds.Cluster("data", engine="aurora-postgresql", manage_master_user_password=True)
        pulumi.export("address", [cluster.endpoint, cluster.port])
        pulumi.export("secret", cluster.master_user_secrets[0].secret_arn)

    try:
        deployed = put(emulator, program)
    finally:
        secrets.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
    assert deployed.outputs == {"address": ["127.0.0.1", 5433], "secret": made["ARN"]}
    assert [one.why for one in deployed.left_out] == ["the PostgreSQL at 127.0.0.1:5433 is the database"]


def test_a_type_that_nobody_creates_is_named(emulator: Emulator) -> None:
    def program() -> None:
        aws.dynamodb.Table("ours", attributes=[{"name": "id", "type": "S"}], hash_key="id")

    with pytest.raises(Undeployed, match="aws:dynamodb/table:Table ours: infra/localstack/creators neither"):
        put(emulator, program)


def test_a_question_that_nobody_answers_is_named(emulator: Emulator) -> None:
    def program() -> None:
        aws.ec2.get_vpc(default=True)

    with pytest.raises(Exception, match="aws:ec2/getVpc:getVpc has no answer for a local AWS"):
        put(emulator, program)


def test_what_aws_refuses_names_the_resource(emulator: Emulator) -> None:
    def program() -> None:
        aws.lambda_.Alias("live", name="live", function_name="nobody", function_version="1")

    with pytest.raises(Undeployed, match=r"aws:lambda/alias:Alias live: .*ResourceNotFoundException"):
        put(emulator, program)


def test_a_function_that_the_program_calls_may_stop_it_with_its_own_words(
    emulator: Emulator, tmp_path: Path
) -> None:
    def program() -> None:
        code = "def handler(event, context):\n    raise ValueError('no such table')"
        made = stacks.function(tmp_path, "migrations", code)
        aws.lambda_.Invocation("migrations", function_name=made.name, input="{}")

    with pytest.raises(Undeployed, match=r"aws:lambda/invocation:Invocation migrations: .*no such table"):
        put(emulator, program)
