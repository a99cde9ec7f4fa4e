"""Amazon EC2: disks that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.catalog.setting import on, switch
from scanner.model.change import Action, Found, Risk, Write
from scanner.model.resource import Call

if TYPE_CHECKING:
    from collections.abc import Iterator


def _delete(found: Found) -> Iterator[Write]:
    volume = on(found, {"VolumeId": "$VolumeId"})
    if found.options["snapshot"]:
        yield Write(
            "ec2",
            "CreateSnapshot",
            {**volume, "Description": f"of {found.resource_id}, deleted", **_tags(found)},
            wait="snapshot_completed",
            wait_params={"SnapshotIds": ["$SnapshotId"]},
        )
    yield Write("ec2", "DeleteVolume", volume)


def _tags(found: Found) -> dict[str, Any]:
    own = {key: value for key, value in (found.tags or {}).items() if not key.startswith("aws:")}
    pairs = [{"Key": key, "Value": value} for key, value in own.items()]
    specification = {"ResourceType": "snapshot", "Tags": pairs}
    return {"TagSpecifications": [specification]} if pairs else {}


DELETE = Action(
    "delete",
    "AWS::EC2::Volume",
    "ec2",
    "delete a volume that no instance uses, after a snapshot of it",
    Risk.HIGH,
    reads=(
        Call(
            "DescribeVolumes",
            {"VolumeIds": ["$VolumeId"]},
            out="Volumes[0].{State: State, Attachments: Attachments[].InstanceId}",
            name="Volume",
            absent=("InvalidVolume.NotFound",),
        ),
    ),
    needed=lambda found: (found.before["Volume"] or {}).get("State") == "available",
    writes=lambda found: [*_delete(found)],
    options=(switch("snapshot"),),
    permissions=("ec2:CreateTags",),
    calls=("CreateSnapshot", "DeleteVolume"),
)
