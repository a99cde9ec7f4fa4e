"""AWS KMS: how keys are kept; none is ever used."""

from __future__ import annotations

from scanner.catalog.setting import Setting, on, option, switch
from scanner.model.change import Risk, Write
from scanner.model.resource import Call

_KEY = {"KeyId": "$KeyId"}

ROTATION = Setting(
    Call(
        "GetKeyRotationStatus",
        _KEY,
        out="KeyRotationEnabled",
        name="Rotation",
        absent=("UnsupportedOperationException", "NotFoundException"),
    ),
    option("state"),
    lambda found, state: Write(
        "kms", "EnableKeyRotation" if state else "DisableKeyRotation", on(found, _KEY)
    ),
).action(
    name="set-rotation",
    type="AWS::KMS::Key",
    service="kms",
    does="rotate a key every year",
    risk=Risk.LOW,
    options=(switch(),),
    calls=("DisableKeyRotation", "EnableKeyRotation"),
)
