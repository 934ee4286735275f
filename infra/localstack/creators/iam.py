"""IAM: roles and what they may."""

import json
from contextlib import suppress

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, creates, name_of
from infra.localstack.creators.words import capitals
from infra.localstack.engine import Resource

SEND, SEND_MANY, SEND_MAIL = "sqs:SendMessage", "sqs:SendMessageBatch", "ses:SendRawEmail"


@creates("aws:iam/role:Role")
def role(account: Account, resource: Resource) -> Made:
    iam, name = account.client("iam"), name_of(resource)
    trust = resource.inputs["assumeRolePolicy"]
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        more = capitals(resource.inputs, "path", "description", "maxSessionDuration", "permissionsBoundary")
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **more)
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)
    found = iam.get_role(RoleName=name)["Role"]
    return Made(name, {"name": name, "arn": found["Arn"], "uniqueId": found["RoleId"]})


@creates("aws:iam/rolePolicy:RolePolicy")
def role_policy(account: Account, resource: Resource) -> Made:
    given, name = resource.inputs, name_of(resource)
    account.client("iam").put_role_policy(
        RoleName=given["role"], PolicyName=name, PolicyDocument=_as_enforced(given["policy"])
    )
    return Made(f"{given['role']}:{name}", {"name": name})


def _as_enforced(policy: str) -> str:
    """MiniStack asks for what AWS does not: a right for the call of many messages, and every sender."""
    document = json.loads(policy)
    for statement in document["Statement"]:
        if SEND in statement["Action"]:
            statement["Action"].append(SEND_MANY)
        if SEND_MAIL in statement["Action"]:
            statement["Resource"] = "*"
    return json.dumps(document)


@creates("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
def role_policy_attachment(account: Account, resource: Resource) -> Made:
    given = resource.inputs
    account.client("iam").attach_role_policy(RoleName=given["role"], PolicyArn=given["policyArn"])
    return Made(f"{given['role']}:{given['policyArn']}")
