"""AWS IAM: keys, passwords and what is attached to users and roles."""

from __future__ import annotations

from scanner.catalog.setting import on
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_KEY_TYPE = "AWS::IAM::AccessKey"
_KEY = {"UserName": "$UserName", "AccessKeyId": "$AccessKeyId"}
_GONE = ("NoSuchEntity",)

_KEYS = Call(
    "ListAccessKeys",
    {"UserName": "$UserName"},
    out="AccessKeyMetadata[].{Id: AccessKeyId, Status: Status}",
    name="Keys",
    absent=_GONE,
)


def _status(found: Found) -> str | None:
    keys = {each["Id"]: each["Status"] for each in found.before["Keys"] or ()}
    return keys.get(found.configuration["AccessKeyId"])


def _set_status(found: Found, status: str) -> Write:
    return Write("iam", "UpdateAccessKey", on(found, _KEY) | {"Status": status})


DISABLE_KEY = Action(
    "disable",
    _KEY_TYPE,
    "iam",
    "deactivate an access key",
    Risk.HIGH,
    reads=(_KEYS,),
    needed=lambda found: _status(found) == "Active",
    writes=lambda found: [_set_status(found, "Inactive")],
    undo=lambda found: [_set_status(found, "Active")],
    calls=("UpdateAccessKey",),
)

DELETE_KEY = Action(
    "delete",
    _KEY_TYPE,
    "iam",
    "delete an access key that is inactive",
    Risk.HIGH,
    reads=(_KEYS,),
    needed=lambda found: _status(found) == "Inactive",
    writes=lambda found: [Write("iam", "DeleteAccessKey", on(found, _KEY))],
    calls=("DeleteAccessKey",),
)

_USER = {"UserName": "$UserName"}

DELETE_LOGIN = Action(
    "delete-login-profile",
    "AWS::IAM::User",
    "iam",
    "take a user's password for the console away",
    Risk.HIGH,
    reads=(
        Call(
            "GetLoginProfile", _USER, out="LoginProfile.UserName", name="LoginProfile", absent=_GONE
        ),
    ),
    needed=lambda found: found.before["LoginProfile"] is not None,
    writes=lambda found: [Write("iam", "DeleteLoginProfile", on(found, _USER))],
    calls=("DeleteLoginProfile",),
)


def _arn(found: Found) -> str:
    arn: str = found.options["arn"]
    return arn.replace("{account_id}", found.account_id)


def _set_policy(noun: str) -> Action:
    target = {f"{noun}Name": f"${noun}Name"}

    def put(found: Found, state: str) -> Write:
        verb = "Attach" if state == "attached" else "Detach"
        params = on(found, target) | {"PolicyArn": _arn(found)}
        return Write("iam", f"{verb}{noun}Policy", params)

    def state(found: Found) -> str | None:
        attached = found.before["Attached"]
        if attached is None:
            return None
        return "attached" if _arn(found) in attached else "detached"

    return Action(
        "set-policy",
        f"AWS::IAM::{noun}",
        "iam",
        f"detach a managed policy from a {noun.lower()}, or attach one",
        Risk.HIGH,
        reads=(
            Call(
                f"ListAttached{noun}Policies",
                target,
                out="sort(AttachedPolicies[].PolicyArn || `[]`)",
                name="Attached",
                absent=_GONE,
            ),
        ),
        needed=lambda found: state(found) not in (None, found.options["state"]),
        writes=lambda found: [put(found, found.options["state"])],
        undo=lambda found: [put(found, state(found) or "")],
        options=(
            Option("arn", {"type": "string", "pattern": "^arn:"}, required=True),
            Option("state", {"enum": ["attached", "detached"]}, default="detached"),
        ),
        calls=(f"Attach{noun}Policy", f"Detach{noun}Policy"),
    )


SET_USER_POLICY = _set_policy("User")
SET_ROLE_POLICY = _set_policy("Role")
SET_GROUP_POLICY = _set_policy("Group")
