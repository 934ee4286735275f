"""One log file for the whole platform, a JSON object a line; the terminal shows warnings alone."""

import asyncio
import logging
import os
import shutil
from pathlib import Path

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

MOST = 32 * 1024 * 1024  # bytes, and as much again of what was before
LOOK = 30.0  # seconds


class FirstLine(logging.Formatter):
    """A terminal is for a glance; the file has the rest."""

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).partition("\n")[0]


def configure(log_file: Path) -> None:
    """For the supervisor; its workers write to the same file by themselves."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    lines = logging.FileHandler(log_file)  # appends
    lines.setFormatter(LambdaPowertoolsFormatter())
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(FirstLine("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[lines, terminal])


async def keep_small(log_file: Path, *, most: int = MOST, look: float = LOOK) -> None:
    """Copied and emptied, not renamed: every process goes on appending to the file that it has open."""
    while True:
        await asyncio.sleep(look)
        if log_file.exists() and log_file.stat().st_size > most:
            await asyncio.to_thread(shutil.copyfile, log_file, log_file.with_suffix(".old.jsonl"))
            os.truncate(log_file, 0)
