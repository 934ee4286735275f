"""What a stack is called by, and who its letters come from: with a domain, and without one."""

import pulumi
import pytest

from infra.aws.config import config
from infra.aws.mail import mail
from infra.aws.program import program
from tests.infra.aws.graph import HERE, REGION, Graph, graph, identity

DOMAIN = "astrolabe.example"
INBOX = "me@mail.example"
NAMELESS = {name: value for name, value in HERE.items() if name != "astrolabe:domain"}


@pytest.fixture(scope="module")
def nameless() -> Graph:
    return graph(program, config={**NAMELESS, "astrolabe:mailFrom": INBOX})


def addresses(found: Graph) -> set[str]:
    """As the functions are told it."""
    told = [one.inputs["environment"]["variables"] for one in found.of("lambda/function")]
    return {variables["PUBLIC_URL"] for variables in told if "PUBLIC_URL" in variables}


def records(found: Graph) -> dict[tuple[str, str], list[str]]:
    named = found.of("route53/record")
    return {(one.inputs["type"], one.inputs["name"]): one.inputs.get("records", []) for one in named}


def test_with_a_domain_the_api_answers_at_a_name_below_it_by_tls(prod: Graph) -> None:
    assert prod.exported["url"] == f"https://api.{DOMAIN}"
    assert addresses(prod) == {f"https://api.{DOMAIN}"}
    [name] = prod.of("apigateway/domainName")
    assert (name.inputs["domainName"], name.inputs["securityPolicy"]) == (f"api.{DOMAIN}", "TLS_1_2")
    [mapping] = prod.of("apigateway/basePathMapping")
    assert (mapping.inputs["domainName"], mapping.inputs["stageName"]) == (f"api.{DOMAIN}", "live")
    assert "astrolabe-prod-api" in name.waits_for  # its certificate, proved
    [alias] = [one for one in prod.of("route53/record") if one.inputs["type"] == "A"]
    assert (alias.inputs["name"], alias.inputs["aliases"][0]["name"]) == (f"api.{DOMAIN}", "regional")


def test_without_a_domain_the_api_keeps_the_address_that_aws_gives(nameless: Graph) -> None:
    [api] = nameless.of("apigateway/restApi")
    address = f"https://{identity(api)}.execute-api.{REGION}.amazonaws.com/live"
    assert (nameless.exported["url"], addresses(nameless)) == (address, {address})
    assert [nameless.of(kind) for kind in ("route53/record", "acm/certificate", "apigateway/domainName")] == [
        [],
        [],
        [],
    ]


def test_a_domain_s_letters_are_signed_and_proved_to_whoever_gets_them(prod: Graph) -> None:
    found = records(prod)
    keys = ("first", "second", "third")
    for key in keys:
        assert found["CNAME", f"{key}._domainkey.{DOMAIN}"] == [f"{key}.dkim.amazonses.com"]
    assert found["MX", f"bounce.{DOMAIN}"] == [f"10 feedback-smtp.{REGION}.amazonses.com"]
    assert found["TXT", f"bounce.{DOMAIN}"] == ["v=spf1 include:amazonses.com -all"]
    assert found["TXT", f"_dmarc.{DOMAIN}"] == ["v=DMARC1; p=quarantine"]
    assert found["TXT", f"_amazonses.{DOMAIN}"] == ["token"]
    [bounces] = prod.of("ses/mailFrom")
    assert bounces.inputs["mailFromDomain"] == f"bounce.{DOMAIN}"


def test_without_a_domain_letters_come_from_an_inbox_that_ses_has_asked(nameless: Graph) -> None:
    assert [one.inputs["email"] for one in nameless.of("ses/emailIdentity")] == [INBOX]
    told = [one.inputs["environment"]["variables"] for one in nameless.of("lambda/function")]
    assert {one["MAIL_FROM"] for one in told if "MAIL_FROM" in one} == {f"Astrolabe <{INBOX}>"}


def test_a_stack_whose_letters_come_from_nobody_is_refused() -> None:
    with pytest.raises(pulumi.RunError, match=r"set domain .*, or pulumi config set mailFrom"):
        graph(lambda: pulumi.export("sender", mail(config(REGION)).sender), config=NAMELESS)
