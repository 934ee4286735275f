"""What is left out whole: a network that nothing stands in, and names that nobody could ask for."""

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, creates
from infra.localstack.engine import Resource

PROCESSES = "functions are processes of this machine: no network is around them"
UNASKED = "no name service leads to this machine"


@creates(
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/route:Route",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
)
def around_functions(account: Account, resource: Resource) -> Made:
    kind = resource.type.rpartition(":")[2]
    arn = account.arn("ec2", f"{kind}/{resource.name}")
    return Made(resource.name, {"arn": arn}, left_out=PROCESSES)


@creates(
    "aws:acm/certificateValidation:CertificateValidation",
    "aws:apigateway/basePathMapping:BasePathMapping",
    "aws:apigateway/domainName:DomainName",
    "aws:route53/record:Record",
    "aws:ses/mailFrom:MailFrom",
)
def under_a_domain(account: Account, resource: Resource) -> Made:
    return Made(resource.name, left_out=UNASKED)


@creates("aws:acm/certificate:Certificate")
def certificate(account: Account, resource: Resource) -> Made:
    domain = resource.inputs["domainName"]
    proof = {"resourceRecordName": domain, "resourceRecordType": "CNAME", "resourceRecordValue": domain}
    outputs = {
        "arn": account.arn("acm", f"certificate/{resource.name}"),
        "domainValidationOptions": [{"domainName": domain, **proof}],
    }
    return Made(resource.name, outputs, left_out=UNASKED)
