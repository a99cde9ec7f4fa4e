"""Make an item of any type that is true to botocore's models and full of canaries."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

from scanner.aws import shapes
from scanner.aws.shapes import Kind
from scanner.model.resource import ResourceType
from tests.catalog.exposure import HARMLESS, TABLES
from tests.catalog.lint import whole_of

CANARY = "canary8f14e45f"
SECRETIVE = re.compile(
    r"(password|passphrase|secret|private_?key|api_?key|auth_?key|pre_?shared_?key|user_?data"
    r"|(auth|access|session|security|bearer|refresh|hec)_?token|credentials?)$",
    re.IGNORECASE,
)
SHAPES = (
    f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",  # gitleaks:allow
    f"Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{CANARY}",  # gitleaks:allow
    f"jdbc:postgresql://admin:{CANARY}@db.internal:5432/app",
    f'{{"connection": {{"Password": "{CANARY}", "port": 1}}}}',
    f"Server=db;User=admin;Pwd={CANARY};Port=1",
    f"ghp_{CANARY:x<36}",
    f"AKIAIOSFODNN7EXAMPLE {CANARY:/<40}",
    f"https://bucket.example/key?X-Amz-Signature={CANARY}",
)
"""Texts that hold a secret, as people write them where AWS lets them write anything."""

NAMES = {"name", "key", "tagkey", "parameterkey", "attributename", "optionname"}
VALUES = {"value", "tagvalue", "parametervalue", "attributevalue", "optionvalue"}
MOMENT = datetime(2026, 11, 24, tzinfo=UTC)


def planted(declared: ResourceType) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the members of an item and its details, a canary in each text."""
    texts = cycle(SHAPES)
    whole = _structure(whole_of(declared), (), texts)
    details = {call.name for call in declared.each if call.name}
    return (
        {name: value for name, value in whole.items() if name not in details},
        {name: value for name, value in whole.items() if name in details},
    )


def secretive(name: str) -> bool:
    """Say whether a member of this name holds a secret."""
    return bool(SECRETIVE.search(name)) and not HARMLESS.search(name)


def sings(output: bytes) -> bool:
    """Say whether a canary is heard, plainly or in base64."""
    encoded = (base64.b64encode(b" " * shift + CANARY.encode())[4:-4] for shift in range(3))
    return any(each in output for each in (CANARY.encode(), *encoded))


def _structure(kind: Kind, path: tuple[str, ...], texts: Iterator[str]) -> dict[str, Any]:
    made = {
        name: _value(name, member, path, texts) for name, member in shapes.members(kind).items()
    }
    names = {name.lower(): name for name in made}
    for name, value in zip(
        sorted(names.keys() & NAMES), sorted(names.keys() & VALUES), strict=False
    ):
        if shapes.type_name(shapes.members(kind)[names[value]]) == "string":
            made |= {names[name]: "DB_PASSWORD", names[value]: CANARY}
    return made


def _value(name: str, kind: Kind, path: tuple[str, ...], texts: Iterator[str]) -> Any:
    if path.count(shapes.describe(kind)) or len(path) > 8:
        return None
    path = (*path, shapes.describe(kind))
    if shapes.is_list(kind):
        return [_value(name, shapes.element(kind), path, texts)]
    if shapes.is_map(kind):
        return _map(name, kind, path, texts)
    if shapes.is_structure(kind):
        made = _structure(kind, path, texts)
        value = next((each for each in made if each.lower() == "value"), None)
        return made | {value: CANARY} if TABLES.fullmatch(name) and value else made
    return _scalar(name, kind, texts)


def _map(name: str, kind: Kind, path: tuple[str, ...], texts: Iterator[str]) -> dict[str, Any]:
    value = _value("key", kind.value, path, texts)
    if shapes.type_name(kind.value) != "string":
        return {"key": value}
    return {"ANY": CANARY if TABLES.fullmatch(name) else value, "db_password": CANARY}


def _scalar(name: str, kind: Kind, texts: Iterator[str]) -> Any:
    if shapes.type_name(kind) == "blob":
        return CANARY.encode() if secretive(name) else b"fake"
    if shapes.type_name(kind) not in ("string", "any"):
        return {"boolean": True, "timestamp": MOMENT}.get(shapes.type_name(kind), 1)
    if enum := getattr(kind, "enum", None):
        return enum[0]
    return CANARY if secretive(name) else next(texts)
