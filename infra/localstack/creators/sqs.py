"""SQS: queues, who may send to them, and where dead letters may come from."""

from typing import Any

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, creates, name_of
from infra.localstack.creators.words import renamed
from infra.localstack.engine import Resource

ATTRIBUTES = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "delaySeconds": "DelaySeconds",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}


@creates("aws:sqs/queue:Queue")
def queue(account: Account, resource: Resource) -> Made:
    sqs, name = account.client("sqs"), name_of(resource)
    kind = {"FifoQueue": "true"} if resource.inputs.get("fifoQueue") else {}
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        url = sqs.create_queue(QueueName=name, Attributes=kind)["QueueUrl"]
    if given := renamed(resource.inputs, **ATTRIBUTES):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={key: _text(value) for key, value in given.items()})
    return Made(url, {"name": name, "url": url, "arn": account.arn("sqs", name)})


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@creates("aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy")
def queue_attribute(account: Account, resource: Resource) -> Made:
    url = resource.inputs["queueUrl"]
    given = renamed(resource.inputs, policy="Policy", redriveAllowPolicy="RedriveAllowPolicy")
    account.client("sqs").set_queue_attributes(QueueUrl=url, Attributes=given)
    return Made(url)
