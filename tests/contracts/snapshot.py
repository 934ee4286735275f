"""What others rely on, as files: a change to it is a diff that somebody reads."""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
UPDATE = "UPDATE_CONTRACTS"


def recorded(name: str) -> dict[str, Any]:
    file = FOLDER / name
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return found


def names(folder: str) -> set[str]:
    return {file.stem for file in (FOLDER / folder).glob("*.json")}


def hold(name: str, current: dict[str, Any]) -> None:
    """The file says the same; with UPDATE_CONTRACTS=1 it is made to."""
    text = json.dumps(current, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    file = FOLDER / name
    if os.environ.get(UPDATE):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    told = f"{name} says otherwise. If you mean the change: {UPDATE}=1 pytest tests/contracts"
    assert file.exists(), told
    assert text == file.read_text(), told
