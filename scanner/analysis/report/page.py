"""Put plain data and the packaged scripts into one HTML page that loads nothing else.

What a run says is only ever JSON in blocks that browsers do not run; the scripts write it as
text. The policy in the page's head lets these scripts and this style run, by their hashes, and
forbids everything else: no request leaves the page.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPTS = ("text.js", "table.js", "heat.js", "charts.js", "main.js")
"""The parts of the page's own script; they are one module, in this order."""

_ESCAPES = {
    b"<": b"\\u003c", b">": b"\\u003e", b"&": b"\\u0026",
    b"\xe2\x80\xa8": b"\\u2028", b"\xe2\x80\xa9": b"\\u2029",
}  # fmt: skip
_LEVEL = 6


def compose(document: Mapping[str, Any], rows: Mapping[str, Any]) -> bytes:
    """Write the page; `rows`, which may be many, are packed."""
    library = f"/*! {_asset('uplot', 'LICENSE')}*/\n{_asset('uplot', 'uPlot.iife.min.js')}"
    script = "\n".join(_asset(name) for name in SCRIPTS)
    style = _asset("uplot", "uPlot.min.css") + _asset("page.css")
    page = Template(_asset("page.html")).substitute(
        policy=_policy((library, script), style),
        style=style,
        library=library,
        script=script,
        document=as_json(document).decode(),
        rows=base64.b64encode(gzip.compress(orjson.dumps(rows), _LEVEL, mtime=0)).decode(),
    )
    return page.encode()


def as_json(value: Mapping[str, Any]) -> bytes:
    """Write JSON that holds nothing that could end, or begin, an element of HTML."""
    text = orjson.dumps(value)
    for dangerous, escaped in _ESCAPES.items():
        text = text.replace(dangerous, escaped)
    return text


def _policy(scripts: tuple[str, ...], style: str) -> str:
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _asset(*path: str) -> str:
    return files(__package__).joinpath("page", *path).read_text(encoding="utf-8")
