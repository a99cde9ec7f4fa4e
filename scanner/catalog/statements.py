"""Take statements out of a resource policy, or put some in; texts in, texts out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from scanner.model.change import Option

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MATCHED = "matched"
"""Stands for the statements that let everybody in."""

STATEMENT_IDS = Option(
    "statement_ids",
    {"anyOf": [{"const": MATCHED}, {"type": "array", "items": {"type": "string"}}]},
    default=MATCHED,
)


def chosen(policy: str | None, ids: str | Collection[str]) -> list[dict[str, Any]]:
    """List the statements that bear one of the ids, or those that let everybody in."""
    return [
        each
        for each in statements_of(policy)
        if (is_open(each) if ids == MATCHED else each.get("Sid") in ids)
    ]


def without(policy: str, gone: Sequence[dict[str, Any]]) -> str | None:
    """Return a policy's text without these statements; None where none is left."""
    left = [each for each in statements_of(policy) if each not in gone]
    return _text(policy, left) if left else None


def with_(policy: str | None, more: Sequence[dict[str, Any]]) -> str:
    """Return a policy's text with these statements, in place of those that bear their ids."""
    ids = {each["Sid"] for each in more}
    kept = [each for each in statements_of(policy) if each.get("Sid") not in ids]
    return _text(policy or '{"Version": "2012-10-17"}', [*kept, *more])


def statements_of(policy: str | None) -> list[dict[str, Any]]:
    """List the statements of a policy; one alone may stand without its list."""
    found = orjson.loads(policy)["Statement"] if policy else []
    return found if isinstance(found, list) else [found]


def is_open(statement: dict[str, Any]) -> bool:
    """Say whether a statement lets everybody in, whoever they are and wherever they call from.

    One with any condition is left alone: who that keeps out, only its author knows.
    """
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    everybody = "*" in (named if isinstance(named, list) else [named])
    return everybody and statement.get("Effect") == "Allow" and not statement.get("Condition")


def _text(policy: str, statements: Sequence[dict[str, Any]]) -> str:
    return orjson.dumps({**orjson.loads(policy), "Statement": statements}).decode()
