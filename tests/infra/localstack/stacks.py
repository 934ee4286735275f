"""Small Pulumi programs for a local AWS: what each declares, and the code of its functions."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import FileArchive, Output, ResourceOptions

from infra import pythons

RUNTIME = f"python{pythons.running()}"  # the one that runs here
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ANSWERS = """
import os, words
def handler(event, context):
    return {"statusCode": 200, "body": f"{words.GREETING} %s {os.environ['NAME']} {event['path']}"}
"""
LISTENS = """
def handler(event, context):
    for record in event["Records"]:
        print("heard", record["body"])
    return {"batchItemFailures": []}
"""


def zipped(folder: Path, name: str, text: str) -> FileArchive:
    """The same text gives the same bytes."""
    path = folder / f"{name.replace('/', '-')}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), text)
    return FileArchive(str(path))


def function(folder: Path, name: str, code: str, **more: Any) -> aws.lambda_.Function:
    role = aws.iam.Role(name, name=name, assume_role_policy=TRUST)
    return aws.lambda_.Function(
        name,
        name=name,
        role=role.arn,
        runtime=RUNTIME,
        handler=f"{name}.handler",
        code=zipped(folder, f"{name}.py", code),
        timeout=10,
        **more,
    )


def site(folder: Path, *, says: str = "to", greeting: str = "hello", name: str = "Ann") -> Callable[[], None]:
    """A function with a layer, published behind an alias, behind an API."""

    def program() -> None:
        layer = aws.lambda_.LayerVersion(
            "words",
            layer_name="words",
            code=zipped(folder, "python/words.py", f"GREETING = {greeting!r}"),
            compatible_runtimes=[RUNTIME],
        )
        made = function(
            folder,
            "greets",
            ANSWERS % says,
            layers=[layer.arn],
            environment={"variables": {"NAME": name}},
            publish=True,
            reserved_concurrent_executions=3,
        )
        live = aws.lambda_.Alias("live", name="live", function_name=made.name, function_version=made.version)
        pulumi.export("url", _api(made, live))
        pulumi.export("version", made.version)
        pulumi.export("layer", layer.arn)

    return program


def _api(made: aws.lambda_.Function, live: aws.lambda_.Alias) -> Output[str]:
    api = aws.apigateway.RestApi("site", name="site", binary_media_types=["*/*"])
    aws.lambda_.Permission(
        "site",
        action="lambda:InvokeFunction",
        function=made.name,
        qualifier=live.name,
        principal="apigateway.amazonaws.com",
        source_arn=Output.concat(api.execution_arn, "/*/*/*"),
    )
    before = [_proxy(api, live), _nothing(api)]
    deployment = aws.apigateway.Deployment("all", rest_api=api.id, opts=ResourceOptions(depends_on=before))
    stage = aws.apigateway.Stage("all", rest_api=api.id, deployment=deployment.id, stage_name="live")
    aws.apigateway.MethodSettings(
        "all",
        rest_api=api.id,
        stage_name=stage.stage_name,
        method_path="*/*",
        settings={"throttling_rate_limit": 500, "throttling_burst_limit": 1000, "metrics_enabled": True},
    )
    return stage.invoke_url


def _proxy(api: aws.apigateway.RestApi, live: aws.lambda_.Alias) -> aws.apigateway.Integration:
    path = aws.apigateway.Resource(
        "all", rest_api=api.id, parent_id=api.root_resource_id, path_part="{proxy+}"
    )
    method = aws.apigateway.Method(
        "all", rest_api=api.id, resource_id=path.id, http_method="ANY", authorization="NONE"
    )
    return aws.apigateway.Integration(
        "all",
        rest_api=api.id,
        resource_id=path.id,
        http_method=method.http_method,
        type="AWS_PROXY",
        integration_http_method="POST",
        uri=live.invoke_arn,
    )


def _nothing(api: aws.apigateway.RestApi) -> aws.apigateway.Response:
    return aws.apigateway.Response(
        "nothing",
        rest_api_id=api.id,
        response_type="MISSING_AUTHENTICATION_TOKEN",
        status_code="404",
        response_templates={"application/json": '{"code": "not_found"}'},
    )


def chain(folder: Path, *, source: str = "auth", seconds: int = 60) -> Callable[[], None]:
    """A bus whose rule fills a queue that feeds a function."""

    def program() -> None:
        queue = _queue(seconds)
        _subscribe(queue, source)
        log = aws.cloudwatch.LogGroup("listens", name="/aws/lambda/listens", retention_in_days=30)
        listener = function(folder, "listens", LISTENS)
        aws.lambda_.EventSourceMapping(
            "heard",
            event_source_arn=queue.arn,
            function_name=listener.arn,
            batch_size=5,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": 2},
        )
        pulumi.export("queue", queue.url)
        pulumi.export("log", log.name)

    return program


def _queue(seconds: int) -> aws.sqs.Queue:
    dead = aws.sqs.Queue("dead", name="heard-dlq")
    queue = aws.sqs.Queue(
        "heard",
        name="heard",
        visibility_timeout_seconds=seconds,
        sqs_managed_sse_enabled=True,
        redrive_policy=Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3}),
    )
    sources = Output.json_dumps({"redrivePermission": "byQueue", "sourceQueueArns": [queue.arn]})
    aws.sqs.RedriveAllowPolicy("heard", queue_url=dead.url, redrive_allow_policy=sources)
    return queue


def _subscribe(queue: aws.sqs.Queue, source: str) -> None:
    bus = aws.cloudwatch.EventBus("facts", name="facts")
    rule = aws.cloudwatch.EventRule(
        "heard", name="heard", event_bus_name=bus.name, event_pattern=json.dumps({"source": [source]})
    )
    aws.cloudwatch.EventTarget(
        "heard", rule=rule.name, event_bus_name=bus.name, target_id="queue", arn=queue.arn
    )


def store(*, secret: str) -> Callable[[], None]:
    """What holds data, or wraps it, and who is told when something is wrong."""

    def program() -> None:
        key = aws.kms.Key("users", enable_key_rotation=True)
        aws.kms.Alias("users", name="alias/users", target_key_id=key.key_id)
        kept = aws.secretsmanager.Secret("signing", name="stack/signing", kms_key_id=key.arn)
        version = aws.secretsmanager.SecretVersion(
            "signing", secret_id=kept.id, secret_string=Output.secret(secret)
        )
        _ruled(aws.s3.Bucket("objects", bucket="stack-objects"), key)
        _watched()
        pulumi.export("key", key.key_id)
        pulumi.export("version", version.version_id)

    return program


def _watched() -> None:
    topic = aws.sns.Topic("alarms", name="alarms")
    aws.sns.TopicSubscription("alarms", topic=topic.arn, protocol="email", endpoint="who@astrolabe.test")
    aws.cloudwatch.MetricAlarm(
        "age",
        name="age",
        namespace="AWS/SQS",
        metric_name="ApproximateAgeOfOldestMessage",
        dimensions={"QueueName": "heard"},
        statistic="Maximum",
        period=300,
        evaluation_periods=3,
        threshold=900,
        comparison_operator="GreaterThanThreshold",
        alarm_actions=[topic.arn],
    )


def _ruled(bucket: aws.s3.Bucket, key: aws.kms.Key) -> None:
    aws.s3.BucketVersioning("objects", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
    aws.s3.BucketServerSideEncryptionConfiguration(
        "objects",
        bucket=bucket.id,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": key.arn,
                }
            }
        ],
    )
    aws.s3.BucketLifecycleConfiguration(
        "objects",
        bucket=bucket.id,
        rules=[
            {
                "id": "answers",
                "status": "Enabled",
                "filter": {"prefix": "answers/"},
                "expiration": {"days": 1},
            }
        ],
    )
