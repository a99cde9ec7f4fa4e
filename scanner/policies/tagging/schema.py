"""Describe our policies on tags as a JSON Schema, for editors; reading them needs no schema."""

from __future__ import annotations

from typing import Any

from scanner.policies.schema import DRAFT
from scanner.policies.tagging.document import EXEMPTION, KEY_CASES, SCOPE, TOP, VALUE_CASES
from scanner.policies.tagging.limits import LONGEST_KEY

_TEXT, _FLAG = {"type": "string"}, {"type": "boolean"}
_TEXTS = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_KEY = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY}
_SCOPE = dict.fromkeys(SCOPE, _TEXTS)


def schema() -> dict[str, Any]:
    """Return the schema; it accepts every document that can be read, and more."""
    unwanted = {"type": "array", "items": {"anyOf": [_TEXT, _of({"key": _KEY, **_SCOPE}, "key")]}}
    day = {"type": "string", "format": "date"}
    exemption = dict.fromkeys(EXEMPTION, _TEXT) | {"expires": day}
    items = {
        "tags": {"type": "array", "items": _tag()},
        "forbidden": unwanted,
        "remove": unwanted,
        "exemptions": {
            "type": "array",
            "items": _of(exemption, "reason", "owner", "expires"),
        },
    }
    return {
        "$schema": DRAFT,
        "title": "Policies of scanner tag",
        **_of({name: items[name] for name in TOP}),
        "anyOf": [{"required": [name]} for name in ("tags", "forbidden", "remove")],
    }


def _tag() -> dict[str, Any]:
    return _of(
        {
            "key": _KEY,
            "required": _FLAG,
            "values": _TEXTS,
            "pattern": _TEXT,
            "key_case": {"enum": list(KEY_CASES)},
            "value_case": {"enum": list(VALUE_CASES)},
            "renames": _TEXTS,
            "default": _TEXT,
            "overwrite": _FLAG,
            **_SCOPE,
        },
        "key",
    )


def _of(members: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }
