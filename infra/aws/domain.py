"""The name that the API is called by: its own, or without a domain the one that AWS gives."""

import pulumi_aws as aws
from pulumi import Input, Output

from infra.aws.config import Config

ALIVE = 300  # seconds that a resolver may keep a record


def public_url(config: Config, api_id: Input[str], stage_name: str) -> Output[str]:
    """Known before the stage is, for functions write it into letters."""
    if config.domain:
        return Output.from_input(f"https://api.{config.domain}")
    return Output.from_input(api_id).apply(lambda known: config.address.format(id=known, stage=stage_name))


def serve(config: Config, api_id: Input[str], stage: aws.apigateway.Stage) -> None:
    """Without a domain, AWS's own address does."""
    if not config.domain:
        return
    name, host = f"{config.prefix}-api", f"api.{config.domain}"
    zone = zone_id(config)
    named = aws.apigateway.DomainName(
        name,
        domain_name=host,
        regional_certificate_arn=_certificate(name, host, zone),
        endpoint_configuration={"types": "REGIONAL"},
        security_policy="TLS_1_2",
    )
    aws.apigateway.BasePathMapping(
        name, rest_api=api_id, stage_name=stage.stage_name, domain_name=named.domain_name
    )
    aws.route53.Record(
        name,
        zone_id=zone,
        name=host,
        type="A",
        aliases=[
            {
                "name": named.regional_domain_name,
                "zone_id": named.regional_zone_id,
                "evaluate_target_health": False,
            }
        ],
    )


def zone_id(config: Config) -> Output[str]:
    """The zone stands before the stack does: a registrar points at it."""
    return aws.route53.get_zone_output(name=config.zone or config.domain).zone_id


def _certificate(name: str, host: str, zone: Output[str]) -> Output[str]:
    """Proved by a record, which stays: AWS renews it by the same proof."""
    certificate = aws.acm.Certificate(name, domain_name=host, validation_method="DNS")
    proof = certificate.domain_validation_options[0]
    record = aws.route53.Record(
        f"{name}-proof",
        zone_id=zone,
        name=proof.resource_record_name,
        type=proof.resource_record_type,
        records=[proof.resource_record_value],
        ttl=ALIVE,
    )
    proved = aws.acm.CertificateValidation(
        name, certificate_arn=certificate.arn, validation_record_fqdns=[record.fqdn]
    )
    return proved.certificate_arn
