"""Of a function's cold start, little is a search for garbage."""

import subprocess
import sys

IMPORTED = "import gc, functions.auth.api; print(gc.get_stats()[0]['collections'], len(gc.get_objects()))"


def test_garbage_is_looked_for_once_in_thousands_of_objects() -> None:
    said = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True).stdout
    searches, objects = map(int, said.split())
    assert objects > 50_000
    assert searches < objects / 3_000
