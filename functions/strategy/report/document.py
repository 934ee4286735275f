"""The whole document around a page: a head that lets nothing in but the style and the script it carries."""

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from typing import Any

from functions.strategy.report.markup import Said, switch

FOLDER = Path(__file__).parent
MARKS = (
    '<svg class="defs" width="0" height="0" aria-hidden="true"><defs>'
    '<path id="buy" d="M0 3l5.5 9h-11z"/><path id="sell" d="M0 -3l5.5 -9h-11z"/>'
    '<pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M-1 1l2 -2M0 6l6 -6M5 7l2 -2"/></pattern>'
    '<circle id="win" r="3.5"/><path id="loss" d="M-3.5 -3.5l7 7m0 -7l-7 7"/></defs></svg>'
)


def document(body: str, *, title: str, say: Said, data: dict[str, Any], scripts: tuple[str, ...]) -> str:
    """`body` is HTML, `title` is text."""
    style = _file("style.css")
    script = "{\n" + "\n".join(_file(name) for name in scripts) + "}\n"
    policy = (
        f"default-src 'none'; style-src {_source(style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="{say.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · Astrolabe</title>
<style>{style}</style>
</head>
<body>
{MARKS}
{body}
<script type="application/json" id="data">{written(data)}</script>
<script>{script}</script>
</body>
</html>
"""


def banner(*, kind: str, title: str, about: str, chips: list[str], say: Said) -> str:
    colours = switch("theme", say("theme"), [(name, say(name)) for name in ("auto", "light", "dark")])
    told = f"<p>{escape(about)}</p>" if about else ""
    listed = "".join(f"<li>{escape(chip)}</li>" for chip in chips if chip)
    return (
        f'<header class="sky">{_file("icon.svg")}<div class="top"><span>Astrolabe · {escape(kind)}</span>'
        f'{colours}</div><h1>{escape(title)}</h1>{told}<ul class="chips">{listed}</ul></header>'
    )


def written(data: dict[str, Any]) -> str:
    """JSON in which nothing can end the element it stands in."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _file(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """How a policy names an inline style or script: by its hash."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
