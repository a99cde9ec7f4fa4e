"""AWS CloudTrail: whether trails record, and what makes their files proof."""

from __future__ import annotations

from scanner.catalog.setting import Setting, on, option, switch
from scanner.model.change import Risk, Write
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

VALIDATION = Setting(
    Call("GetTrail", _ONE, out="Trail.LogFileValidationEnabled", name="Validation", absent=_GONE),
    option("EnableLogFileValidation"),
    lambda found, state: Write(
        "cloudtrail", "UpdateTrail", on(found, _ONE) | {"EnableLogFileValidation": state}
    ),
).action(
    name="update-trail",
    type=_TYPE,
    service="cloudtrail",
    does="sign the files of a trail, so that a change to them shows",
    risk=Risk.LOW,
    options=(switch("EnableLogFileValidation"),),
    calls=("UpdateTrail",),
)
