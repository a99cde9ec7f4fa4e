"""Amazon EC2: snapshots and images, and whom they are shared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.catalog.setting import REMOVE, is_removed, on
from scanner.model.change import Action, Found, Risk, Write
from scanner.model.resource import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

_SNAPSHOT = {"SnapshotId": "$SnapshotId"}
_CREATE_VOLUME = {**_SNAPSHOT, "Attribute": "createVolumePermission"}
_IMAGE = {"ImageId": "$ImageId"}

_SHARING = (REMOVE,)


def _removed(found: Found) -> list[dict[str, str]]:
    """List the shares that are to end: each names a group, which is the public, or an account."""
    shared = [
        {name: each[name] for name in ("Group", "UserId") if each.get(name)}
        for each in found.before["Permissions"] or ()
    ]
    return [each for each in shared if is_removed(found, *each.values())]


def _modify_snapshot(found: Found, verb: str) -> Iterator[Write]:
    params = on(found, _CREATE_VOLUME) | {"OperationType": verb}
    for one, many in (("Group", "GroupNames"), ("UserId", "UserIds")):
        if names := [each[one] for each in _removed(found) if one in each]:
            yield Write("ec2", "ModifySnapshotAttribute", {**params, many: names})


def _unshare_snapshot(type: str) -> Action:
    return Action(
        "set-permissions",
        type,
        "ec2",
        "stop sharing a snapshot with the public, or with accounts",
        Risk.MEDIUM,
        reads=(
            Call(
                "DescribeSnapshotAttribute",
                _CREATE_VOLUME,
                out="sort_by(CreateVolumePermissions || `[]`, &to_string(@))",
                name="Permissions",
                absent=("InvalidSnapshot.NotFound",),
            ),
        ),
        needed=lambda found: bool(_removed(found)),
        writes=lambda found: [*_modify_snapshot(found, "remove")],
        undo=lambda found: [*_modify_snapshot(found, "add")],
        options=_SHARING,
        calls=("ModifySnapshotAttribute",),
    )


UNSHARE = _unshare_snapshot("ec2:snapshot")
UNSHARE_PUBLIC = _unshare_snapshot("ec2:public-snapshot")

DELETE = Action(
    "delete",
    "ec2:snapshot",
    "ec2",
    "delete a snapshot that is whole",
    Risk.HIGH,
    reads=(
        Call(
            "DescribeSnapshots",
            {"SnapshotIds": ["$SnapshotId"]},
            out="Snapshots[0].State",
            name="State",
            absent=("InvalidSnapshot.NotFound",),
        ),
    ),
    needed=lambda found: found.before["State"] == "completed",
    writes=lambda found: [Write("ec2", "DeleteSnapshot", on(found, _SNAPSHOT))],
    calls=("DeleteSnapshot",),
)


def _modify_image(found: Found, **change: Any) -> Write:
    params = on(found, _IMAGE) | {"LaunchPermission": change}
    return Write("ec2", "ModifyImageAttribute", params)


UNSHARE_IMAGE = Action(
    "set-permissions",
    "ec2:image",
    "ec2",
    "stop sharing an image with the public, or with accounts",
    Risk.MEDIUM,
    reads=(
        Call(
            "DescribeImageAttribute",
            {**_IMAGE, "Attribute": "launchPermission"},
            out="sort_by(LaunchPermissions || `[]`, &to_string(@))",
            name="Permissions",
            absent=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
        ),
    ),
    needed=lambda found: bool(_removed(found)),
    writes=lambda found: [_modify_image(found, Remove=_removed(found))],
    undo=lambda found: [_modify_image(found, Add=_removed(found))],
    options=_SHARING,
    calls=("ModifyImageAttribute",),
)

DEREGISTER = Action(
    "deregister",
    "ec2:image",
    "ec2",
    "deregister an image; its snapshots stay",
    Risk.HIGH,
    reads=(
        Call(
            "DescribeImages",
            {"ImageIds": ["$ImageId"]},
            out="Images[0].State",
            name="State",
            absent=("InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"),
        ),
    ),
    needed=lambda found: found.before["State"] in ("available", "disabled"),
    writes=lambda found: [Write("ec2", "DeregisterImage", on(found, _IMAGE))],
    calls=("DeregisterImage",),
)
