"""Write what AWS answered as bytes, to compare it and to search it; never for output."""

from __future__ import annotations

import json
from typing import Any

import orjson


def content_of(value: Any) -> bytes:
    """Return the same bytes for the same value, whatever it holds."""
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # integers beyond 64 bits, lone surrogates
        return json.dumps(value, default=str, sort_keys=True).encode()
