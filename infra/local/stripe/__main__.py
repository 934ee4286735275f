"""`python -m infra.local.stripe`: the server as a process of its own, until it is told to stop."""

import argparse
import errno
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.stripe.server import Stripe, stripe

SETTLE_AFTER = 5.0  # seconds: a person at the screen sees it pending, then settled


def main() -> None:
    given = _arguments()
    logging.basicConfig(level=logging.WARNING)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = _listening(given)
    if given.url_file:
        _write(given.url_file, server.url)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        server.serve()


def _listening(given: argparse.Namespace) -> Stripe:
    """Where it did before, if nobody else does by now: a link that a person kept still opens."""
    before = _port_before(given.url_file)
    if given.port or not before:
        return _on(given.port, given)
    try:
        return _on(before, given)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return _on(0, given)


def _on(port: int, given: argparse.Namespace) -> Stripe:
    secrets = [file.read_text().strip() for file in given.webhook_secret_file]
    return stripe(
        given.folder,
        key=given.secret_key_file.read_text().strip(),
        webhooks=zip(given.webhook, secrets, strict=True),
        port=port,
        settle_after=given.settle_after,
    )


def _port_before(url_file: Path | None) -> int:
    """0 where there is none."""
    try:
        return urlsplit(url_file.read_text()).port or 0 if url_file else 0
    except (FileNotFoundError, ValueError):
        return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: the one in --url-file, or a free one")
    parser.add_argument("--folder", type=Path, required=True, help="where it keeps what it knows")
    parser.add_argument("--secret-key-file", type=Path, required=True, help="holds the key it answers to")
    parser.add_argument("--webhook", action="append", default=[], metavar="URL", help="may be repeated")
    parser.add_argument("--webhook-secret-file", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument("--url-file", type=Path, help="where it listens, also the next time")
    parser.add_argument("--settle-after", type=float, default=SETTLE_AFTER, metavar="SECONDS")
    return parser.parse_args()


def _write(file: Path, text: str) -> None:
    """Aside, then named: nobody reads half of it."""
    aside = file.with_name(f".{file.name}")
    aside.write_text(text)
    aside.rename(file)


if __name__ == "__main__":
    main()
