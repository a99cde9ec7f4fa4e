"""AWS CloudTrail: whether trails record, and what makes their files proof."""

from __future__ import annotations

from scanner.catalog.setting import SWITCH, Setting, on, option, switch
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::CloudTrail::Trail"
_ONE = {"Name": "$TrailARN"}
_GONE = ("TrailNotFoundException",)

LOGGING = Setting(
    Call("GetTrailStatus", _ONE, out="IsLogging", name="Logging", absent=_GONE),
    option("enabled"),
    lambda found, state: Write(
        "cloudtrail", "StartLogging" if state else "StopLogging", on(found, _ONE)
    ),
).action(
    name="set-logging",
    type=_TYPE,
    service="cloudtrail",
    does="switch the recording of a trail on",
    risk=Risk.LOW,
    options=(switch("enabled"),),
    calls=("StartLogging", "StopLogging"),
)

_SET = {
    "EnableLogFileValidation": "LogFileValidationEnabled",
    "IncludeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail": "IsMultiRegionTrail",
}
"""What may be set of a trail, and how it is told again."""


def _changes(found: Found) -> dict[str, bool]:
    now = found.before["Trail"]
    if now is None:
        return {}
    return {each: on_ for each, on_ in found.options["attributes"].items() if now[each] != on_}


def _update(found: Found, attributes: dict[str, bool]) -> list[Write]:
    return [Write("cloudtrail", "UpdateTrail", on(found, _ONE) | attributes)]


UPDATE = Action(
    "update-trail",
    _TYPE,
    "cloudtrail",
    "sign the files of a trail, so that a change to them shows, or set what else it records",
    Risk.LOW,
    reads=(
        Call(
            "GetTrail",
            _ONE,
            out="Trail.{" + ", ".join(f"{name}: {told}" for name, told in _SET.items()) + "}",
            name="Trail",
            absent=_GONE,
        ),
    ),
    needed=lambda found: bool(_changes(found)),
    writes=lambda found: _update(found, _changes(found)),
    undo=lambda found: _update(
        found, {each: found.before["Trail"][each] for each in _changes(found)}
    ),
    options=(
        Option(
            "attributes",
            {
                "type": "object",
                "properties": dict.fromkeys(_SET, SWITCH),
                "additionalProperties": False,
            },
            default={"EnableLogFileValidation": True},
        ),
    ),
    calls=("UpdateTrail",),
)
