"""AWS Secrets Manager: secrets nobody needs; none is ever read."""

from __future__ import annotations

from scanner.catalog.setting import on
from scanner.model.change import Action, Option, Risk, Write
from scanner.model.resource import Call

_SECRET = {"SecretId": "$ARN"}

DELETE_SECRET = Action(
    "delete",
    "AWS::SecretsManager::Secret",
    "secretsmanager",
    "delete a secret, which can be taken back for some days",
    Risk.HIGH,
    reads=(
        Call(
            "DescribeSecret",
            _SECRET,
            out="{Deleted: DeletedDate, Replicas: ReplicationStatus[].Region}",
            name="Secret",
            absent=("ResourceNotFoundException",),
        ),
    ),
    # A secret that has replicas can't be deleted before they are.
    needed=lambda found: not any((found.before["Secret"] or {"Deleted": True}).values()),
    writes=lambda found: [
        Write(
            "secretsmanager",
            "DeleteSecret",
            on(found, _SECRET) | {"RecoveryWindowInDays": found.options["recovery_days"]},
        )
    ],
    undo=lambda found: [Write("secretsmanager", "RestoreSecret", on(found, _SECRET))],
    options=(
        Option("recovery_days", {"type": "integer", "minimum": 7, "maximum": 30}, default=30),
    ),
    calls=("DeleteSecret", "RestoreSecret"),
)
