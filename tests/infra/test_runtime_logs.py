"""The log: everything in one file that does not grow for ever, and little of it on the terminal."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

from infra.local.logs import keep_small

SAYS = """
import logging, sys
from pathlib import Path
from infra.local.logs import configure

configure(Path(sys.argv[1]))
logging.info("a call")
logging.warning("it broke\\nbecause of this")
"""


def test_the_terminal_shows_the_first_line_of_a_warning_and_the_file_shows_all(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "platform.jsonl"
    said = subprocess.run([sys.executable, "-c", SAYS, file], capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("", "WARNING it broke\n")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["message"] for line in lines] == ["a call", "it broke\nbecause of this"]


def test_a_full_log_is_put_aside_under_the_hands_of_its_writers(tmp_path: Path) -> None:
    file, old = tmp_path / "platform.jsonl", tmp_path / "platform.old.jsonl"

    async def written() -> None:
        keeper = asyncio.create_task(keep_small(file, most=10, look=0.01))
        with file.open("a") as worker:
            worker.write("0123456789\n")
            worker.flush()
            while not old.exists() or file.stat().st_size:
                await asyncio.sleep(0.01)
            worker.write("after\n")
        await asyncio.sleep(0.05)
        keeper.cancel()

    asyncio.run(asyncio.wait_for(written(), 10))
    assert (old.read_text(), file.read_text()) == ("0123456789\n", "after\n")
