"""A bare function behind a REST API of its own, on a local AWS: what any request costs there."""

import json
from typing import Any

from infra.localstack.creators.account import REGION, Account
from tests.infra.localstack.functions import BY_LAMBDA, RUNTIME, zipped

CODE = """
def handler(event, context):
    return {"statusCode": 200, "body": event["path"]}
"""
SOON = {"Delay": 0.2, "MaxAttempts": 100}  # seconds between looks


def deployed(account: Account) -> str:
    """Its URL. In the Python that ours run in, and as binary as ours is."""
    lambda_, gateway = account.client("lambda"), account.client("apigateway")
    role = account.client("iam").create_role(RoleName="echo", AssumeRolePolicyDocument=json.dumps(BY_LAMBDA))
    function = lambda_.create_function(
        FunctionName="echo",
        Runtime=RUNTIME,
        Role=role["Role"]["Arn"],
        Handler="echo.handler",
        Code={"ZipFile": zipped({"echo.py": CODE})},
    )
    lambda_.get_waiter("function_active_v2").wait(FunctionName="echo", WaiterConfig=SOON)
    api = gateway.create_rest_api(name="echo", binaryMediaTypes=["*/*"])["id"]
    _open(gateway, api, function["FunctionArn"])
    gateway.create_deployment(restApiId=api, stageName="live")
    return f"{account.endpoint}/_aws/execute-api/{api}/live"


def _open(gateway: Any, api: str, function: str) -> None:
    [root] = gateway.get_resources(restApiId=api)["items"]
    path = gateway.create_resource(restApiId=api, parentId=root["id"], pathPart="{proxy+}")["id"]
    way = {"restApiId": api, "resourceId": path, "httpMethod": "ANY"}
    gateway.put_method(**way, authorizationType="NONE")
    invoked = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    gateway.put_integration(**way, type="AWS_PROXY", integrationHttpMethod="POST", uri=invoked)
