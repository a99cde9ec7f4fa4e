"""Finds how many requests a second the fake answers at most: wrk asks, and costs very little."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from typing import Any

CONNECTIONS, SECONDS = 64, 2
_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_REFUSED = "Non-2xx"


def limit(request: dict[str, Any]) -> float | None:
    """Send a signed request again and again; None where there is no wrk."""
    if shutil.which("wrk") is None:
        return None
    headers = {name: value for name, value in request["headers"].items() if name != "Host"}
    script = [
        'wrk.method = "POST"',
        f"wrk.body = {json.dumps(request['body'])}",
        *(f"wrk.headers[{json.dumps(name)}] = {json.dumps(text(value))}"
          for name, value in headers.items()),
    ]  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write("\n".join(script))
        lua.flush()
        done = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", lua.name, request["url"]],
            stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    found = _RATE.search(done.stdout)
    if found is None or _REFUSED in done.stdout:
        raise SystemExit(f"wrk: {done.stdout}")
    return float(found[1])


def text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
