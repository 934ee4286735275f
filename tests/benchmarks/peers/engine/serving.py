"""One line of JSON asks, one answers: how a peer is driven from outside its environment."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

Market = Mapping[str, Any]  # columns by name: time in ns, open, high, low, close, volume
Action = Callable[..., Any]
_markets: dict[str, Market] = {}


def serve(**actions: Action) -> None:
    """The answer is that of the last repetition, with what each of them took."""
    for line in sys.stdin:
        asked = json.loads(line)
        action = actions[asked.pop("action")]
        market, repeat = _market(asked.pop("market")), asked.pop("repeat", 1)
        seconds = []
        for _ in range(repeat):
            began = time.perf_counter()
            answer = action(market, **asked)
            seconds.append(time.perf_counter() - began)
        sys.stdout.write(json.dumps({"seconds": seconds, "answer": answer}) + "\n")
        sys.stdout.flush()


def _market(file: str) -> Market:
    if file not in _markets:
        with np.load(Path(file)) as columns:
            _markets[file] = {name: np.ascontiguousarray(columns[name]) for name in columns.files}
    return _markets[file]


def next_bar(signals: Any) -> Any:
    """What is decided at a close is done at the next open."""
    later = np.zeros_like(signals)
    later[1:] = signals[:-1]
    return later


def crossed(fast: Any, slow: Any) -> tuple[Any, Any]:
    """Above, and below, by a peer's own averages: undefined ones compare as false."""
    above, below = fast > slow, fast < slow
    up, down = np.zeros_like(above), np.zeros_like(below)
    up[1:] = above[1:] & (fast[:-1] <= slow[:-1])
    down[1:] = below[1:] & (fast[:-1] >= slow[:-1])
    return up, down
