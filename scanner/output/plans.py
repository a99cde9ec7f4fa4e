"""Write and read plans of changes, JSON Lines under one digest; what they say is not its business.

The first line is the head, with the digest of the head without it and of all other lines.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.change import Risk, Write
from scanner.model.errors import SettingsError
from scanner.model.planned import SCHEMA, Change, ChangePlan, Ending, Head, Result, Site, Skip, Why
from scanner.model.resource import Call
from scanner.output.disk import write_whole
from scanner.output.encode import encode_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CHANGE, _SKIP = "change", "skipped"
_PLAIN_CALL = Call("")


def write_change_plan(path: Path, plan: ChangePlan) -> ChangePlan:
    """Write a plan, its changes in the order given; return it with its digest; blocks."""
    lines = [{"line": _CHANGE, **plain_change(each)} for each in plan.changes]
    lines += [{"line": _SKIP, **asdict(each)} for each in plan.skipped]
    body = b"".join(map(encode_line, lines))
    head = _head(plan)
    digest = _digest(head, body)
    write_whole(path, encode_line({"digest": digest, **head}) + body)
    return replace(plan, digest=digest)


def read_change_plan(path: Path) -> ChangePlan:
    """Read a plan; raises SettingsError where it is none, or is not as it was written; blocks."""
    try:
        text = path.read_bytes()
    except OSError as exc:
        raise SettingsError(f"{path} can't be read: {exc.strerror}") from exc
    first, _, body = text.partition(b"\n")
    try:
        head = orjson.loads(first)
        digest = head.pop("digest")
        schema, job = head["schema"], head["job"]
    except (ValueError, LookupError, AttributeError, TypeError) as exc:
        raise SettingsError(f"{path} is no plan of changes") from exc
    if schema != SCHEMA:
        raise SettingsError(f"{path} is a plan of schema {schema}: this program reads {SCHEMA}")
    if digest != _digest(head, body):
        raise SettingsError(
            f"{path} is not as it was written, its digest differs: make a new plan of {job}"
        )
    lines = [orjson.loads(line) for line in body.splitlines()]
    return ChangePlan(
        head=_head_of(head),
        changes=tuple(change_of(line) for line in lines if line["line"] == _CHANGE),
        skipped=tuple(_skip_of(line) for line in lines if line["line"] == _SKIP),
        digest=digest,
    )


def plain_change(change: Change) -> dict[str, Any]:
    """Write a change as plain data."""
    plain = {name: getattr(change, name) for name in Change.__slots__}
    plain["writes"] = [_plain_write(each) for each in change.writes]
    plain["undo"] = [_plain_write(each) for each in change.undo]
    plain["reads"] = [_plain_read(each) for each in change.reads]
    return plain


def change_of(plain: Mapping[str, Any]) -> Change:
    """Read what `plain_change` wrote; fields that this version does not know are left out."""
    values = {name: plain[name] for name in Change.__slots__ if name in plain}
    for name in ("writes", "undo"):
        values[name] = tuple(Write(**each) for each in plain[name])
    values["reads"] = tuple(
        Call(**each | {"absent": tuple(each.get("absent", ()))}) for each in plain["reads"]
    )
    values["permissions"] = tuple(plain.get("permissions", ()))
    return Change(**values | {"risk": Risk(plain["risk"])})


def result_of(plain: Mapping[str, Any]) -> Result:
    """Read a result from plain data that has its fields among others."""
    values = {name: plain[name] for name in Result.__slots__}
    ending, ids = Ending(plain["ending"]), tuple(plain["request_ids"])
    return Result(**values | {"ending": ending, "request_ids": ids})


def _plain_write(write: Write) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "service": write.service, "operation": write.operation, "params": write.params,
    }  # fmt: skip
    if write.wait:
        plain |= {"wait": write.wait, "wait_params": write.wait_params}
    return plain | ({"failures": write.failures} if write.failures else {})


def _plain_read(call: Call) -> dict[str, Any]:
    return {
        name: value
        for name in Call.__slots__
        if (value := getattr(call, name)) != getattr(_PLAIN_CALL, name) or name == "operation"
    }


def _skip_of(line: Mapping[str, Any]) -> Skip:
    values = {name: line[name] for name in Skip.__slots__}
    return Skip(**values | {"why": Why(line["why"])})


def _head(plan: ChangePlan) -> dict[str, Any]:
    """Return the head as plain data, with counts for those who read it."""
    return {
        "line": "plan",
        "schema": SCHEMA,
        **{name: getattr(plan.head, name) for name in Head.__slots__},
        "accounts": {id_: asdict(site) for id_, site in plan.head.accounts.items()},
        "counts": {
            "changes": len(plan.changes),
            "irreversible": sum(each.irreversible for each in plan.changes),
            "by_risk": Counter(each.risk for each in plan.changes),
            "by_action": Counter(each.action for each in plan.changes),
            "skipped": Counter(each.why for each in plan.skipped),
        },
    }


def _head_of(plain: Mapping[str, Any]) -> Head:
    values = {name: plain[name] for name in Head.__slots__}
    values["accounts"] = {id_: Site(**each) for id_, each in plain["accounts"].items()}
    return Head(**values | {"policies": tuple(plain["policies"])})


def _digest(head: Mapping[str, Any], body: bytes) -> str:
    """Hash what a plan says: the order of the head's members says nothing."""
    text = orjson.dumps(orjson.loads(encode_line(head)), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text + b"\n" + body).hexdigest()
