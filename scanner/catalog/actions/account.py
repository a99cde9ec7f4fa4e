"""What is set once for an account, or for an account and region."""

from __future__ import annotations

from typing import Any

from scanner.catalog.actions.s3 import public_block
from scanner.catalog.setting import SWITCH, Setting, option, switch
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_ACCOUNT = {"AccountId": "$account"}


S3_PUBLIC_BLOCK = public_block(
    "set-s3-public-block",
    "s3control:account",
    "s3control",
    "block public access to all buckets of an account",
    _ACCOUNT,
)

EBS_ENCRYPTION = Setting(
    Call("GetEbsEncryptionByDefault", out="EbsEncryptionByDefault", name="EbsEncryption"),
    option("state"),
    lambda _, state: Write(
        "ec2", "EnableEbsEncryptionByDefault" if state else "DisableEbsEncryptionByDefault", {}
    ),
).action(
    name="set-ebs-encryption",
    type="ec2:account",
    service="ec2",
    does="encrypt new volumes in a region by default",
    risk=Risk.LOW,
    options=(switch(),),
    calls=("DisableEbsEncryptionByDefault", "EnableEbsEncryptionByDefault"),
)

SNAPSHOT_BLOCK = Setting(
    Call("GetSnapshotBlockPublicAccessState", out="State", name="SnapshotBlockPublicAccess"),
    option("state"),
    lambda _, state: (
        Write("ec2", "DisableSnapshotBlockPublicAccess", {})
        if state == "unblocked"
        else Write("ec2", "EnableSnapshotBlockPublicAccess", {"State": state})
    ),
).action(
    name="set-snapshot-block-public-access",
    type="ec2:account",
    service="ec2",
    does="let nobody share snapshots with everybody in a region",
    risk=Risk.MEDIUM,
    options=(
        Option(
            "state",
            {"enum": ["block-all-sharing", "block-new-sharing", "unblocked"]},
            default="block-all-sharing",
        ),
    ),
    calls=("DisableSnapshotBlockPublicAccess", "EnableSnapshotBlockPublicAccess"),
)

_NUMBER = {"type": "integer", "minimum": 1}
_RULES = {
    "MinimumPasswordLength": {"type": "integer", "minimum": 6, "maximum": 128},
    "RequireSymbols": SWITCH,
    "RequireNumbers": SWITCH,
    "RequireUppercaseCharacters": SWITCH,
    "RequireLowercaseCharacters": SWITCH,
    "AllowUsersToChangePassword": SWITCH,
    "MaxPasswordAge": _NUMBER,
    "PasswordReusePrevention": _NUMBER,
    "HardExpiry": SWITCH,
}
"""What UpdateAccountPasswordPolicy takes; what it is not told falls back to IAM's defaults."""


def _passwords(found: Found) -> dict[str, Any]:
    return _given(found.before["PasswordPolicy"] or {}) | _given(found.options["policy"])


def _given(policy: dict[str, Any]) -> dict[str, Any]:
    return {name: policy[name] for name in _RULES if policy.get(name) is not None}


def _put_passwords(policy: dict[str, Any] | None) -> Write:
    if policy is None:
        return Write("iam", "DeleteAccountPasswordPolicy", {})
    return Write("iam", "UpdateAccountPasswordPolicy", _given(policy))


PASSWORD_POLICY = Action(
    "set-password-policy",
    "iam:account",
    "iam",
    "set what the passwords of an account's users must be like",
    Risk.LOW,
    reads=(
        Call(
            "GetAccountPasswordPolicy",
            out="PasswordPolicy",
            name="PasswordPolicy",
            absent=("NoSuchEntity",),
        ),
    ),
    needed=lambda found: _given(found.before["PasswordPolicy"] or {}) != _passwords(found),
    writes=lambda found: [_put_passwords(_passwords(found))],
    undo=lambda found: [_put_passwords(found.before["PasswordPolicy"])],
    options=(
        Option(
            "policy",
            {"type": "object", "properties": _RULES, "additionalProperties": False},
            default={
                "MinimumPasswordLength": 14,
                "RequireSymbols": True,
                "RequireNumbers": True,
                "RequireUppercaseCharacters": True,
                "RequireLowercaseCharacters": True,
                "PasswordReusePrevention": 24,
            },
        ),
    ),
    calls=("DeleteAccountPasswordPolicy", "UpdateAccountPasswordPolicy"),
)
