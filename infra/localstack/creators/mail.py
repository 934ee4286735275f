"""SES: who may be named as the sender."""

from infra.localstack.creators.account import Account
from infra.localstack.creators.creator import Made, creates
from infra.localstack.engine import Resource


@creates("aws:ses/domainIdentity:DomainIdentity")
def domain_identity(account: Account, resource: Resource) -> Made:
    domain = resource.inputs["domain"]
    token = account.client("ses").verify_domain_identity(Domain=domain)["VerificationToken"]
    return Made(domain, {"arn": account.arn("ses", f"identity/{domain}"), "verificationToken": token})


@creates("aws:ses/domainDkim:DomainDkim")
def domain_dkim(account: Account, resource: Resource) -> Made:
    domain = resource.inputs["domain"]
    tokens = account.client("ses").verify_domain_dkim(Domain=domain)["DkimTokens"]
    return Made(domain, {"dkimTokens": tokens})


@creates("aws:ses/emailIdentity:EmailIdentity")
def email_identity(account: Account, resource: Resource) -> Made:
    address = resource.inputs["email"]
    account.client("ses").verify_email_identity(EmailAddress=address)
    return Made(address, {"arn": account.arn("ses", f"identity/{address}")})
