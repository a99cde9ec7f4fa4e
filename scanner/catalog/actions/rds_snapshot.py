"""Amazon RDS: whom snapshots are shared with."""

from __future__ import annotations

from scanner.catalog.setting import REMOVE, is_removed, on
from scanner.model.change import Action, Found, Risk, Write
from scanner.model.resource import Call


def _removed(found: Found) -> list[str]:
    return [each for each in found.before["Shared"] or () if is_removed(found, each)]


def _unshare(noun: str, type: str, gone: str) -> Action:
    one = {f"{noun}Identifier": f"${noun}Identifier"}
    attribute = {"AttributeName": "restore"}

    def write(found: Found, **values: list[str]) -> list[Write]:
        params = on(found, one) | attribute | values
        return [Write("rds", f"Modify{noun}Attribute", params)]

    return Action(
        "set-permissions",
        type,
        "rds",
        "stop sharing a snapshot with the public, or with accounts",
        Risk.MEDIUM,
        reads=(
            Call(
                f"Describe{noun}Attributes",
                one,
                out=f"sort({noun}AttributesResult.{noun}Attributes"
                "[?AttributeName=='restore'].AttributeValues[] || `[]`)",
                name="Shared",
                absent=(gone,),
            ),
        ),
        needed=lambda found: bool(_removed(found)),
        writes=lambda found: write(found, ValuesToRemove=_removed(found)),
        undo=lambda found: write(found, ValuesToAdd=_removed(found)),
        options=(REMOVE,),
        calls=(f"Modify{noun}Attribute",),
    )


UNSHARE = _unshare("DBSnapshot", "AWS::RDS::DBSnapshot", "DBSnapshotNotFound")
UNSHARE_CLUSTER = _unshare(
    "DBClusterSnapshot", "AWS::RDS::ClusterSnapshot", "DBClusterSnapshotNotFoundFault"
)
