"""Amazon EC2: machines that run, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.catalog.setting import on, switch
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPE = "AWS::EC2::Instance"
_ONE = {"InstanceId": "$InstanceId"}
_THESE = {"InstanceIds": ["$InstanceId"]}
_GONE = ("InvalidInstanceID.NotFound",)

_METADATA = {
    "tokens": "HttpTokens",
    "endpoint": "HttpEndpoint",
    "hop-limit": "HttpPutResponseHopLimit",
}
"""The options, Custodian's, and the members they stand for."""


def _described(out: str, name: str) -> Call:
    picked = f"Reservations[0].Instances[0].{out}"
    return Call("DescribeInstances", _THESE, out=picked, name=name, absent=_GONE)


def _is_there(found: Found) -> bool:
    before = found.before["Metadata"]
    return before is not None and not before["Gone"]


def _metadata_changes(found: Found) -> dict[str, object]:
    wanted = {"InstanceMetadataTags": found.options["metadata-tags"]}
    wanted |= {member: found.options[name] for name, member in _METADATA.items()}
    before = found.before["Metadata"]
    return {name: value for name, value in wanted.items() if value not in (None, before[name])}


def _set_metadata(found: Found, options: dict[str, object]) -> list[Write]:
    endpoint = {"HttpEndpoint": found.before["Metadata"]["HttpEndpoint"]}
    return [Write("ec2", "ModifyInstanceMetadataOptions", on(found, _ONE) | endpoint | options)]


METADATA_ACCESS = Action(
    "set-metadata-access",
    _TYPE,
    "ec2",
    "require IMDSv2 of an instance, or set how else its metadata are reached",
    # What still asks the old way gets no credentials.
    Risk.MEDIUM,
    reads=(
        _described(
            "{Gone: State.Name == 'terminated', "
            "InstanceMetadataTags: MetadataOptions.InstanceMetadataTags || 'disabled', "
            + ", ".join(f"{each}: MetadataOptions.{each}" for each in _METADATA.values())
            + "}",
            "Metadata",
        ),
    ),
    needed=lambda found: _is_there(found) and bool(_metadata_changes(found)),
    writes=lambda found: _set_metadata(found, _metadata_changes(found)),
    undo=lambda found: _set_metadata(
        found, {name: found.before["Metadata"][name] for name in _metadata_changes(found)}
    ),
    options=(
        Option("tokens", {"enum": ["required", "optional"]}, default="required"),
        Option("endpoint", {"enum": ["enabled", "disabled"]}),
        Option("hop-limit", {"type": "integer", "minimum": 1, "maximum": 64}),
        Option("metadata-tags", {"enum": ["enabled", "disabled"]}),
    ),
    calls=("ModifyInstanceMetadataOptions",),
)


def _monitor(found: Found, *, state: bool) -> list[Write]:
    return [Write("ec2", "MonitorInstances" if state else "UnmonitorInstances", on(found, _THESE))]


def _is_monitored(found: Found) -> bool:
    return found.before["Monitoring"] in ("enabled", "pending")


MONITORING = Action(
    "set-monitoring",
    _TYPE,
    "ec2",
    "take the metrics of an instance every minute, not every five",
    Risk.LOW,
    reads=(_described("Monitoring.State", "Monitoring"),),
    needed=lambda found: (
        found.before["Monitoring"] is not None
        and _is_monitored(found) != (found.options["state"] == "enable")
    ),
    writes=lambda found: _monitor(found, state=not _is_monitored(found)),
    undo=lambda found: _monitor(found, state=_is_monitored(found)),
    options=(Option("state", {"enum": ["enable", "disable"]}, default="enable"),),
    calls=("MonitorInstances", "UnmonitorInstances"),
)

_STATE = _described(
    "{State: State.Name, Root: RootDeviceType, Lifecycle: InstanceLifecycle}", "Instance"
)


def _is_in(found: Found, *states: str) -> bool:
    return (found.before["Instance"] or {}).get("State") in states


STOP = Action(
    "stop",
    _TYPE,
    "ec2",
    "stop an instance that runs and can be stopped: its root is EBS, it is no spot instance",
    Risk.HIGH,
    reads=(_STATE,),
    needed=lambda found: (
        _is_in(found, "running")
        and found.before["Instance"]["Root"] == "ebs"
        and found.before["Instance"]["Lifecycle"] != "spot"
    ),
    writes=lambda found: [Write("ec2", "StopInstances", on(found, _THESE))],
    undo=lambda found: [Write("ec2", "StartInstances", on(found, _THESE))],
    calls=("StartInstances", "StopInstances"),
)

START = Action(
    "start",
    _TYPE,
    "ec2",
    "start an instance that is stopped",
    Risk.LOW,
    reads=(_STATE,),
    needed=lambda found: _is_in(found, "stopped"),
    writes=lambda found: [Write("ec2", "StartInstances", on(found, _THESE))],
    undo=lambda found: [Write("ec2", "StopInstances", on(found, _THESE))],
    calls=("StartInstances", "StopInstances"),
)

_PROTECTED: dict[str, Any] = {**_ONE, "Attribute": "disableApiTermination"}


def _terminate(found: Found) -> Iterator[Write]:
    if found.before["Protected"]:
        off = {"DisableApiTermination": {"Value": False}}
        yield Write("ec2", "ModifyInstanceAttribute", on(found, _ONE) | off)
    yield Write("ec2", "TerminateInstances", on(found, _THESE))


TERMINATE = Action(
    "terminate",
    _TYPE,
    "ec2",
    "terminate an instance; one that is protected from it only with `force`",
    Risk.HIGH,
    reads=(
        _STATE,
        Call(
            "DescribeInstanceAttribute",
            _PROTECTED,
            out="DisableApiTermination.Value",
            name="Protected",
            absent=_GONE,
        ),
    ),
    needed=lambda found: (
        _is_in(found, "pending", "running", "stopping", "stopped")
        and (found.options["force"] or not found.before["Protected"])
    ),
    writes=lambda found: [*_terminate(found)],
    options=(switch("force", default=False),),
    calls=("ModifyInstanceAttribute", "TerminateInstances"),
)
