"""The payment processor of a fresh machine: our own, as a process beside the platform."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra import keys
from infra.local.home import Home, Unprepared
from infra.local.lifeline import die_with

KEY, SIGNING = "stripe-secret-key", "stripe-webhook-secret"
WEBHOOK = "/v1/financial/stripe/webhook"
PATIENCE = 5  # seconds for it to end


@contextmanager
def processor(home: Home, *, platform_url: str) -> Iterator[str]:
    """Its URL. What it knows outlives it; it answers to a key made for this machine alone."""
    _keep_keys(home.keys)
    child = subprocess.Popen(
        _command(home, platform_url), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        if not (url := child.stdout.readline().strip()):
            raise Unprepared("The payment processor of this machine does not start: the lines above say why.")
        yield url
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(PATIENCE)


def _command(home: Home, platform_url: str) -> list[str]:
    said = {
        "folder": home.folder / "stripe",
        "url-file": home.folder / "stripe-url",
        "secret-key-file": home.keys / KEY,
        "webhook": platform_url + WEBHOOK,
        "webhook-secret-file": home.keys / SIGNING,
    }
    options = [part for name, value in said.items() for part in (f"--{name}", str(value))]
    return [sys.executable, "-m", __name__, str(os.getpid()), *options]


def _keep_keys(folder: Path) -> None:
    keys.keep(folder)
    made = {KEY: f"sk_test_{secrets.token_hex(24)}", SIGNING: f"whsec_{secrets.token_hex(24)}"}
    keys.write(folder, {name: text for name, text in made.items() if not (folder / name).exists()})


def main() -> None:
    from infra.local.stripe.__main__ import main as serve

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the platform, which then ends us
    die_with(int(sys.argv.pop(1)))
    serve()


if __name__ == "__main__":
    main()
