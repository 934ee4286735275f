"""Whom the functions trust to be the database: the certificates that RDS signs with, by RDS's own word."""

from pathlib import Path
from urllib.request import urlopen

from infra.bundle import Unbuildable
from infra.discover import ROOT

ADDRESS = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
KEPT = ROOT.parent / "layers" / "certificates" / "rds.pem"
IN_LAYER = "/opt/certificates.pem"
NONE = "none"  # in place of a path: where the database is this machine's own


def certificates(given: str | None) -> Path | None:
    """The file that the stack names, or else RDS's, fetched once."""
    if given == NONE:
        return None
    if given:
        return Path(given).absolute()
    if not KEPT.exists():
        _fetch(KEPT)
    return KEPT


def _fetch(target: Path, address: str = ADDRESS) -> None:
    try:
        with urlopen(address, timeout=30) as answer:
            text = answer.read()
    except OSError as error:
        raise Unbuildable(
            f"The certificates of RDS cannot be fetched from {address} ({error})."
            " Fetch them elsewhere and name the file: pulumi config set databaseCa <path>"
        ) from None
    if b"BEGIN CERTIFICATE" not in text:
        raise Unbuildable(f"{address} answers no certificates.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text)
