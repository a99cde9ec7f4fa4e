"""Amazon ECR: how a repository keeps its images."""

from __future__ import annotations

import json
from typing import Any

from scanner.catalog.setting import Setting, on, option, switch
from scanner.catalog.statements import STATEMENT_IDS, chosen, without
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

_TYPE = "AWS::ECR::Repository"
_ONE = {"repositoryName": "$repositoryName"}
_GONE = ("RepositoryNotFoundException",)


def _described(member: str, name: str) -> Call:
    params = {"repositoryNames": ["$repositoryName"]}
    out = f"repositories[0].{member}"
    return Call("DescribeRepositories", params, out=out, name=name, absent=_GONE)


SCANNING = Setting(
    _described("imageScanningConfiguration.scanOnPush", "ScanOnPush"),
    option("state"),
    lambda found, state: Write(
        "ecr",
        "PutImageScanningConfiguration",
        on(found, _ONE) | {"imageScanningConfiguration": {"scanOnPush": state}},
    ),
).action(
    name="set-scanning",
    type=_TYPE,
    service="ecr",
    does="scan images for flaws when they are pushed",
    risk=Risk.LOW,
    options=(switch(),),
    calls=("PutImageScanningConfiguration",),
)

IMMUTABILITY = Setting(
    _described("imageTagMutability", "Mutability"),
    lambda found: "IMMUTABLE" if found.options["state"] else "MUTABLE",
    lambda found, value: Write(
        "ecr", "PutImageTagMutability", on(found, _ONE) | {"imageTagMutability": value}
    ),
).action(
    name="set-immutability",
    type=_TYPE,
    service="ecr",
    does="let no tag of an image be given to another",
    # Who pushes `latest` over and over can't any more.
    risk=Risk.MEDIUM,
    options=(switch(),),
    calls=("PutImageTagMutability",),
)


_UNTAGGED = {
    "rulePriority": 1,
    "description": "images without a tag, after two weeks",
    "selection": {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 14,
    },
    "action": {"type": "expire"},
}


def _wanted(found: Found) -> dict[str, Any] | None:
    return {"rules": found.options["rules"]} if found.options["state"] else None


def _lifecycle(found: Found, text: str | None) -> Write:
    if text is None:
        return Write("ecr", "DeleteLifecyclePolicy", on(found, _ONE))
    return Write("ecr", "PutLifecyclePolicy", on(found, _ONE) | {"lifecyclePolicyText": text})


def _has_other_lifecycle(found: Found) -> bool:
    text = found.before["Lifecycle"]
    return (json.loads(text) if text else None) != _wanted(found)


LIFECYCLE = Action(
    "set-lifecycle",
    _TYPE,
    "ecr",
    "let images expire by rules",
    # Images that expire are gone, whatever an undo says.
    Risk.HIGH,
    reads=(
        Call(
            "GetLifecyclePolicy",
            _ONE,
            out="lifecyclePolicyText",
            name="Lifecycle",
            absent=("LifecyclePolicyNotFoundException",),
        ),
    ),
    needed=_has_other_lifecycle,
    writes=lambda found: [
        _lifecycle(found, json.dumps(_wanted(found)) if _wanted(found) else None)
    ],
    undo=lambda found: [_lifecycle(found, found.before["Lifecycle"])],
    options=(
        switch(),
        Option(
            "rules",
            {"type": "array", "minItems": 1, "items": {"type": "object"}},
            default=[_UNTAGGED],
        ),
    ),
    calls=("DeleteLifecyclePolicy", "PutLifecyclePolicy"),
)


def _policy(found: Found, text: str | None) -> Write:
    if text is None:
        return Write("ecr", "DeleteRepositoryPolicy", on(found, _ONE))
    return Write("ecr", "SetRepositoryPolicy", on(found, _ONE) | {"policyText": text})


def _chosen(found: Found) -> list[dict[str, Any]]:
    return chosen(found.before["Policy"], found.options["statement_ids"])


REMOVE_STATEMENTS = Action(
    "remove-statements",
    _TYPE,
    "ecr",
    "take from a repository's policy the statements that let everybody in, or those named",
    Risk.MEDIUM,
    reads=(
        Call(
            "GetRepositoryPolicy",
            _ONE,
            out="policyText",
            name="Policy",
            absent=("RepositoryPolicyNotFoundException",),
        ),
    ),
    needed=lambda found: bool(_chosen(found)),
    writes=lambda found: [_policy(found, without(found.before["Policy"], _chosen(found)))],
    undo=lambda found: [_policy(found, found.before["Policy"])],
    options=(STATEMENT_IDS,),
    calls=("DeleteRepositoryPolicy", "SetRepositoryPolicy"),
)
