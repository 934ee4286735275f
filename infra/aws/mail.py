"""Who the platform's letters come from: its domain, proved to every mail server, or one verified inbox."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Input, Output

from infra.aws.config import Config
from infra.aws.domain import ALIVE, zone_id

DKIM_KEYS = 3  # SES publishes as many, and signs with whichever is newest
DMARC = "v=DMARC1; p=quarantine"  # what is forged in our name is put aside


@dataclass(frozen=True)
class Mail:
    sender: str
    identity_arn: Output[str]  # in whose name alone a function may send


def mail(config: Config) -> Mail:
    if config.domain:
        return Mail(f"Astrolabe <no-reply@{config.domain}>", _domain(config, config.domain))
    if config.mail_from:
        # SES asks that inbox once. In an account's sandbox the recipients must be verified like it.
        inbox = aws.ses.EmailIdentity(f"{config.prefix}-mail", email=config.mail_from)
        return Mail(f"Astrolabe <{config.mail_from}>", inbox.arn)
    raise pulumi.RunError(
        "Nobody could confirm an account: without letters there is no way in. Say whom they come from:"
        " pulumi config set domain <a zone of Route 53>, or pulumi config set mailFrom <an inbox of yours>"
    )


def _domain(config: Config, domain: str) -> Output[str]:
    """Nothing waits for SES to see the records: a new zone may take a day, and letters are repeated."""
    name, zone = f"{config.prefix}-mail", zone_id(config)
    identity = aws.ses.DomainIdentity(name, domain=domain)
    _record(f"{name}-proof", zone, f"_amazonses.{domain}", "TXT", identity.verification_token)
    _signed(name, zone, identity)
    _returned(name, zone, identity, domain)
    _record(f"{name}-dmarc", zone, f"_dmarc.{domain}", "TXT", DMARC)
    return identity.arn


def _signed(name: str, zone: Output[str], identity: aws.ses.DomainIdentity) -> None:
    tokens = aws.ses.DomainDkim(name, domain=identity.domain).dkim_tokens
    for number in range(DKIM_KEYS):
        host = Output.concat(tokens[number], "._domainkey.", identity.domain)
        target = Output.concat(tokens[number], ".dkim.amazonses.com")
        _record(f"{name}-dkim-{number + 1}", zone, host, "CNAME", target)


def _returned(name: str, zone: Output[str], identity: aws.ses.DomainIdentity, domain: str) -> None:
    """Bounces go to a name below ours, so that the domain's own mail and its SPF record stay as they are."""
    host = f"bounce.{domain}"
    region = aws.get_region().region
    _record(f"{name}-mx", zone, host, "MX", f"10 feedback-smtp.{region}.amazonses.com")
    _record(f"{name}-spf", zone, host, "TXT", "v=spf1 include:amazonses.com -all")
    aws.ses.MailFrom(name, domain=identity.domain, mail_from_domain=host)


def _record(name: str, zone: Output[str], host: Input[str], kind: str, value: Input[str]) -> None:
    aws.route53.Record(name, zone_id=zone, name=host, type=kind, ttl=ALIVE, records=[value])
