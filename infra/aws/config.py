"""What a stack may be told. Everything has a default but the region, which Pulumi's AWS provider asks for."""

from dataclasses import dataclass

import pulumi

from infra.bundle import Architecture

EUROPEAN_CENTRAL_BANK = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"


@dataclass(frozen=True, kw_only=True)
class Config:
    stack: str
    domain: str | None  # without one the API keeps AWS's own address, and mail goes to verified inboxes alone
    zone: str | None  # of Route 53, where it is not named for the domain
    mail_from: str | None  # an inbox of yours that letters come from, where there is no domain
    alarm_email: str | None
    durable: bool  # what holds data is protected, and the database stands in two zones
    min_capacity: float  # Aurora's units of 2 GiB
    max_capacity: float
    max_connections: int
    architecture: Architecture  # of the functions
    python: str
    address: str  # of the API, where no domain names it: {id} and {stage} are filled in
    rates_url: str | None  # the European Central Bank's reference rates; without, those that were shipped
    stripe_url: str | None  # of another server that speaks like Stripe
    database_ca: str | None  # a file of certificates that Aurora's are checked against

    @property
    def prefix(self) -> str:
        """In front of every name, so that two stacks live in one account."""
        return f"astrolabe-{self.stack}"


def config(region: str) -> Config:
    given, stack = pulumi.Config(), pulumi.get_stack()
    return Config(
        stack=stack,
        domain=given.get("domain"),
        zone=given.get("zone"),
        mail_from=given.get("mailFrom"),
        alarm_email=given.get("alarmEmail"),
        durable=given.get_bool("durable", stack == "prod"),
        min_capacity=given.get_float("minCapacity", 0.5),
        max_capacity=given.get_float("maxCapacity", 8.0),
        max_connections=given.get_int("maxConnections", 800),
        architecture=_architecture(given.get("architecture", "arm64")),
        python=given.get("python", "3.13"),
        address=given.get("address", f"https://{{id}}.execute-api.{region}.amazonaws.com/{{stage}}"),
        rates_url=given.get("ratesUrl", EUROPEAN_CENTRAL_BANK) or None,
        stripe_url=given.get("stripeUrl"),
        database_ca=given.get("databaseCa"),
    )


def _architecture(given: str) -> Architecture:
    match given:
        case "arm64" | "x86_64":
            return given
    raise pulumi.RunError(f"architecture is {given!r}: Lambda has arm64 and x86_64")
