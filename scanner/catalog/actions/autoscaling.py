"""Amazon EC2 Auto Scaling: what groups do by themselves."""

from __future__ import annotations

from scanner.catalog.setting import on
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::AutoScaling::AutoScalingGroup"
PROCESSES = (
    "AZRebalance", "AddToLoadBalancer", "AlarmNotification", "HealthCheck", "InstanceRefresh",
    "Launch", "ReplaceUnhealthy", "ScheduledActions", "Terminate",
)  # fmt: skip

_READ = Call(
    "DescribeAutoScalingGroups",
    {"AutoScalingGroupNames": ["$AutoScalingGroupName"]},
    out="AutoScalingGroups[0].{Name: AutoScalingGroupName, "
    "Suspended: sort(SuspendedProcesses[].ProcessName || `[]`)}",
    name="Group",
)


def _wanted(found: Found, *, suspended: bool) -> list[str]:
    """List the processes the option names that are, or are not, suspended."""
    if found.before["Group"] is None:
        return []
    now = found.before["Group"]["Suspended"] or ()
    return [each for each in found.options["processes"] if (each in now) is suspended]


def _write(found: Found, verb: str, processes: list[str]) -> Write:
    params = on(found, {"AutoScalingGroupName": "$AutoScalingGroupName"})
    return Write("autoscaling", f"{verb}Processes", params | {"ScalingProcesses": processes})


def _switch(name: str, does: str, verbs: tuple[str, str], *, suspended: bool) -> Action:
    there, back = verbs
    return Action(
        name,
        _TYPE,
        "autoscaling",
        does,
        Risk.HIGH,
        reads=(_READ,),
        needed=lambda found: bool(_wanted(found, suspended=suspended)),
        writes=lambda found: [_write(found, there, _wanted(found, suspended=suspended))],
        undo=lambda found: [_write(found, back, _wanted(found, suspended=suspended))],
        options=(
            Option(
                "processes",
                {"type": "array", "items": {"enum": [*PROCESSES]}, "minItems": 1},
                default=[*PROCESSES],
            ),
        ),
        calls=("ResumeProcesses", "SuspendProcesses"),
    )


SUSPEND = _switch(
    "suspend", "stop what a group does by itself", ("Suspend", "Resume"), suspended=False
)
RESUME = _switch(
    "resume", "let a group do again what it does by itself", ("Resume", "Suspend"), suspended=True
)
