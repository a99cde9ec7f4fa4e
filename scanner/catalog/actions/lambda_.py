"""AWS Lambda: who may call a function, and how it runs; no code."""

from __future__ import annotations

from typing import Any

from scanner.catalog.setting import Setting, on
from scanner.catalog.statements import MATCHED, chosen
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::Lambda::Function"
_ONE = {"FunctionName": "$FunctionName"}
_GONE = ("ResourceNotFoundException",)

TRACING = Setting(
    Call("GetFunctionConfiguration", _ONE, out="TracingConfig.Mode", name="Tracing", absent=_GONE),
    lambda found: "Active" if found.options["state"] else "PassThrough",
    lambda found, mode: Write(
        "lambda", "UpdateFunctionConfiguration", on(found, _ONE) | {"TracingConfig": {"Mode": mode}}
    ),
).action(
    name="set-xray-tracing",
    type=_TYPE,
    service="lambda",
    does="trace the calls of a function with X-Ray",
    risk=Risk.LOW,
    options=(Option("state", {"type": "boolean"}, default=True),),
    calls=("UpdateFunctionConfiguration",),
)


def _open(found: Found) -> list[dict[str, Any]]:
    """List the statements that let everybody call; each was added by one call, under its id."""
    return [each for each in chosen(found.before["Policy"], MATCHED) if "Sid" in each]


def _add(found: Found, statement: dict[str, Any]) -> Write:
    said = {"StatementId": statement["Sid"], "Action": statement["Action"], "Principal": "*"}
    return Write("lambda", "AddPermission", on(found, _ONE) | said)


REMOVE_STATEMENTS = Action(
    "remove-statements",
    _TYPE,
    "lambda",
    "take from a function's policy the statements that let everybody call it",
    Risk.HIGH,
    reads=(Call("GetPolicy", _ONE, out="Policy", name="Policy", absent=_GONE),),
    needed=lambda found: bool(_open(found)),
    writes=lambda found: [
        Write("lambda", "RemovePermission", on(found, _ONE) | {"StatementId": each["Sid"]})
        for each in _open(found)
    ],
    undo=lambda found: [_add(found, each) for each in _open(found)],
    calls=("AddPermission", "RemovePermission"),
)


def _reserve(found: Found, count: int | None) -> Write:
    if count is None:
        return Write("lambda", "DeleteFunctionConcurrency", on(found, _ONE))
    reserved = {"ReservedConcurrentExecutions": count}
    return Write("lambda", "PutFunctionConcurrency", on(found, _ONE) | reserved)


CONCURRENCY = Action(
    "set-concurrency",
    _TYPE,
    "lambda",
    "let a function run so many times at once; without a number, as the account has left",
    Risk.HIGH,
    reads=(
        Call(
            "GetFunctionConcurrency",
            _ONE,
            out="ReservedConcurrentExecutions",
            name="Concurrency",
        ),
    ),
    needed=lambda found: found.before["Concurrency"] != found.options["value"],
    writes=lambda found: [_reserve(found, found.options["value"])],
    undo=lambda found: [_reserve(found, found.before["Concurrency"])],
    options=(Option("value", {"type": "integer", "minimum": 0}),),
    calls=("DeleteFunctionConcurrency", "PutFunctionConcurrency"),
)

DELETE = Action(
    "delete",
    _TYPE,
    "lambda",
    "delete a function with all its versions",
    Risk.HIGH,
    reads=(
        Call(
            "GetFunctionConfiguration",
            _ONE,
            out="{LastModified: LastModified, Code: CodeSha256}",
            name="Function",
            absent=_GONE,
        ),
    ),
    needed=lambda found: found.before["Function"] is not None,
    writes=lambda found: [Write("lambda", "DeleteFunction", on(found, _ONE))],
    calls=("DeleteFunction",),
)
