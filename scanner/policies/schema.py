"""Describe documents of policies as a JSON Schema, for editors; reading them needs no schema."""

from __future__ import annotations

from typing import Any

from scanner.model.control import Expect, Severity
from scanner.policies.ages import NAMES, UNITS
from scanner.policies.cross_account import MEMBERS as CROSS_ACCOUNT
from scanner.policies.document import UNUSED
from scanner.policies.lists import ORDERS
from scanner.policies.names import custodian_types
from scanner.policies.operators import OPERATORS
from scanner.policies.permissions import MEMBERS, OTHERS
from scanner.policies.sources import FORMATS
from scanner.policies.value import MEMBERS as VALUE
from scanner.policies.value import TYPES

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_FILTER = {"$ref": "#/$defs/filter"}
_FILTERS = {"type": "array", "items": _FILTER}
_ACTION = {"anyOf": [{"type": "string"}, {"type": "object", "required": ["type"]}]}
_TEXT, _NUMBER, _ANY = {"type": "string"}, {"type": "number"}, True
_OPERATOR = {"enum": sorted(OPERATORS)}


def schema() -> dict[str, Any]:
    """Return the schema; it accepts every document that can be read, and more."""
    return {
        "$schema": DRAFT,
        "title": "Policies of scanner check, in Cloud Custodian's dialect",
        "type": "object",
        "required": ["policies"],
        "properties": {"policies": {"type": "array", "items": _policy()}, "vars": _ANY},
        "$defs": {
            "filter": {"oneOf": [{"type": "string"}, _group(), _short(), *_typed()]},
            "value_from": {
                "type": "object",
                "required": ["url"],
                "additionalProperties": False,
                "properties": {
                    "url": _TEXT, "format": {"enum": list(FORMATS)},
                    "expr": {"type": ["string", "integer"]},
                },
            },
        },
    }  # fmt: skip


def _policy() -> dict[str, Any]:
    custodian = [f"aws.{name}" for name in custodian_types()]
    return {
        "type": "object",
        "required": ["name", "resource"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "resource": {"anyOf": [{"enum": custodian}, {"type": "string"}]},
            "title": _TEXT,
            "description": _TEXT,
            "tags": _ANY,
            "expect": {"enum": [str(each) for each in Expect]},
            "metadata": {
                "type": "object",
                "properties": {
                    "title": _TEXT, "severity": {"enum": [str(each) for each in Severity]},
                    "rationale": _TEXT, "remediation": _TEXT, "standard": _TEXT,
                    "links": {"type": "array", "items": _TEXT}, "standards": {"type": "object"},
                },
            },
            "when": _FILTERS,
            "filters": _FILTERS,
            "actions": {"type": "array", "items": _ACTION},
            **dict.fromkeys(UNUSED, _ANY),
        },
    }  # fmt: skip


def _group() -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": dict.fromkeys(("and", "or", "not"), _FILTERS),
    }


def _short() -> dict[str, Any]:
    names = {"enum": ["type", "and", "or", "not"]}
    return {
        "type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": {"not": names},
    }  # fmt: skip


def _typed() -> list[dict[str, Any]]:
    value = dict.fromkeys(VALUE, _ANY) | {
        "key": _TEXT, "op": _OPERATOR, "value_type": {"enum": list(TYPES)},
        "value_from": {"$ref": "#/$defs/value_from"},
    }  # fmt: skip
    items = {"key": _TEXT, "attrs": _FILTERS, "count": _ANY, "count_op": _OPERATOR}
    marks = {"tag": _TEXT, "op": _TEXT, "skew": _NUMBER, "skew_hours": _NUMBER, "tz": _TEXT}
    shares = ("limit", "limit-percent", "discard", "discard-percent")
    reduce = dict.fromkeys(("group-by", "sort-by", "null-order"), _ANY) | {
        "order": {"enum": list(ORDERS)}, **dict.fromkeys(shares, _NUMBER),
    }  # fmt: skip
    return [
        _of(["value"], value),
        _of(["list-item"], items, ["key"]),
        _of(["reduce"], reduce),
        _of(["marked-for-op"], marks),
        _of(["tag-count"], {"count": {"type": "integer"}, "op": _OPERATOR}),
        _of(sorted(NAMES), {"op": _OPERATOR, **dict.fromkeys(UNITS, _NUMBER)}),
        _of(["ingress", "egress"], dict.fromkeys((*MEMBERS, *OTHERS), _ANY)),
        _of(["cross-account"], dict.fromkeys(CROSS_ACCOUNT, _ANY)),
    ]


def _of(
    names: list[str], members: dict[str, Any], required: list[str] | None = None
) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", *(required or ())],
        "additionalProperties": False,
        "properties": members | {"type": {"enum": names}},
    }
