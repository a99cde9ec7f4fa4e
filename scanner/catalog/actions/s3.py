"""Amazon S3: what guards a bucket; no objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.catalog.setting import TEXT, Setting, on, on_alone, option, switch
from scanner.model.change import Action, Found, Option, Risk, Write
from scanner.model.resource import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPE = "AWS::S3::Bucket"
_ONE = {"Bucket": "$Name"}

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
"""The members of a public access block."""


def _block_of(found: Found) -> dict[str, bool]:
    """Return the public access block that the options ask for."""
    return {name: found.options["state"] and found.options[name] for name in BLOCKS}


def put_or_delete(found: Found, put: str, delete: str, **value: Any) -> Write:
    """Put something onto a bucket; where there is to be none, delete it."""
    if None in value.values():
        return Write("s3", delete, on(found, _ONE))
    return Write("s3", put, on(found, _ONE) | value)


def public_block(name: str, type: str, service: str, does: str, one: Mapping[str, str]) -> Action:
    """Declare what sets a public access block; `one` are the parameters that name its owner."""

    def put(found: Found, block: dict[str, bool] | None) -> Write:
        if block is None:
            return Write(service, "DeletePublicAccessBlock", on(found, one))
        params = on(found, one) | {"PublicAccessBlockConfiguration": block}
        return Write(service, "PutPublicAccessBlock", params)

    return Action(
        name,
        type,
        service,
        does,
        Risk.MEDIUM,
        reads=(
            Call(
                "GetPublicAccessBlock",
                one,
                out="PublicAccessBlockConfiguration",
                name="PublicAccessBlock",
                absent=("NoSuchPublicAccessBlockConfiguration",),
            ),
        ),
        needed=lambda found: found.before["PublicAccessBlock"] != _block_of(found),
        writes=lambda found: [put(found, _block_of(found))],
        undo=lambda found: [put(found, found.before["PublicAccessBlock"])],
        options=(switch(), *(switch(name) for name in BLOCKS)),
        calls=("DeletePublicAccessBlock", "PutPublicAccessBlock"),
    )


PUBLIC_BLOCK = public_block(
    "set-public-block", _TYPE, "s3", "block public access to a bucket", _ONE
)


_STRENGTHS = ("AES256", "aws:kms", "aws:kms:dsse")


def _encryption(found: Found) -> dict[str, Any]:
    key, crypto = found.options["key"], found.options["crypto"]
    if key:
        crypto = max(crypto, "aws:kms", key=_STRENGTHS.index)
    default = {"SSEAlgorithm": crypto} | ({"KMSMasterKeyID": key} if key else {})
    rule: dict[str, Any] = {"ApplyServerSideEncryptionByDefault": default}
    if crypto == "aws:kms":  # the others have no bucket keys
        rule["BucketKeyEnabled"] = found.options["bucket-key"]
    return {"Rules": [rule]}


def _is_weaker(found: Found) -> bool:
    """Say whether a bucket's encryption is weaker than wanted, or with another key."""
    (wanted,) = _encryption(found)["Rules"]
    (now, *_) = (found.before["Encryption"] or {}).get("Rules") or [{}]
    there, here = (each.get("ApplyServerSideEncryptionByDefault", {}) for each in (wanted, now))
    crypto, key = here.get("SSEAlgorithm"), here.get("KMSMasterKeyID")
    if crypto not in _STRENGTHS[_STRENGTHS.index(there["SSEAlgorithm"]) :]:
        return True
    if there.get("KMSMasterKeyID", key) != key:
        return True
    wants_bucket_key: bool = wanted.get("BucketKeyEnabled", False)
    return crypto == "aws:kms" and wants_bucket_key and not now.get("BucketKeyEnabled")


def _put_encryption(found: Found, configuration: dict[str, Any] | None) -> Write:
    return put_or_delete(
        found,
        "PutBucketEncryption",
        "DeleteBucketEncryption",
        ServerSideEncryptionConfiguration=configuration,
    )


ENCRYPTION = Action(
    "set-bucket-encryption",
    _TYPE,
    "s3",
    "encrypt what is put into a bucket: with a KMS key, or with S3's own",
    Risk.LOW,
    reads=(
        Call(
            "GetBucketEncryption",
            _ONE,
            out="ServerSideEncryptionConfiguration",
            name="Encryption",
            absent=("ServerSideEncryptionConfigurationNotFoundError",),
        ),
    ),
    needed=_is_weaker,
    writes=lambda found: [_put_encryption(found, _encryption(found))],
    undo=lambda found: [_put_encryption(found, found.before["Encryption"])],
    options=(
        Option("crypto", {"enum": ["AES256", "aws:kms", "aws:kms:dsse"]}, default="AES256"),
        Option("key", TEXT),
        switch("bucket-key"),
        on_alone("enabled"),
    ),
    calls=("DeleteBucketEncryption", "PutBucketEncryption"),
)

VERSIONING = Setting(
    # What never had versions can't be told so again: it is suspended, and keeps none either.
    Call("GetBucketVersioning", _ONE, out="Status == 'Enabled'", name="Versioning"),
    option("enabled"),
    lambda found, enabled: Write(
        "s3",
        "PutBucketVersioning",
        on(found, _ONE)
        | {"VersioningConfiguration": {"Status": "Enabled" if enabled else "Suspended"}},
    ),
).action(
    name="toggle-versioning",
    type=_TYPE,
    service="s3",
    does="keep the versions of a bucket's objects",
    risk=Risk.LOW,
    options=(switch("enabled"),),
    calls=("PutBucketVersioning",),
)


def _logging(found: Found) -> dict[str, str] | None:
    if not found.options["enabled"]:
        return None
    prefix = found.options["target_prefix"].replace("{account}", found.account_id)
    name = found.configuration["Name"]
    return {
        "TargetBucket": found.options["target_bucket"],
        "TargetPrefix": prefix.replace("{source_bucket_name}", name),
    }


def _is_logged_otherwise(now: dict[str, Any] | None, wanted: dict[str, str] | None) -> bool:
    if not (now and wanted):
        return bool(now or wanted)
    return any(now.get(name) != value for name, value in wanted.items())


def _put_logging(found: Found, target: dict[str, Any] | None) -> Write:
    status = {"LoggingEnabled": target} if target else {}
    return Write("s3", "PutBucketLogging", on(found, _ONE) | {"BucketLoggingStatus": status})


LOGGING = Action(
    "toggle-logging",
    _TYPE,
    "s3",
    "log the requests to a bucket into another",
    Risk.LOW,
    reads=(Call("GetBucketLogging", _ONE, out="LoggingEnabled", name="Logging"),),
    needed=lambda found: _is_logged_otherwise(found.before["Logging"], _logging(found)),
    writes=lambda found: [_put_logging(found, _logging(found))],
    undo=lambda found: [_put_logging(found, found.before["Logging"])],
    options=(
        switch("enabled"),
        Option("target_bucket", TEXT, required=True),
        Option("target_prefix", {"type": "string"}, default="{account}/{source_bucket_name}/"),
    ),
    calls=("PutBucketLogging",),
)

WEBSITE = Action(
    "remove-website-hosting",
    _TYPE,
    "s3",
    "stop serving a bucket as a website",
    Risk.HIGH,
    reads=(Call("GetBucketWebsite", _ONE, name="Website", absent=("NoSuchWebsiteConfiguration",)),),
    needed=lambda found: found.before["Website"] is not None,
    writes=lambda found: [Write("s3", "DeleteBucketWebsite", on(found, _ONE))],
    undo=lambda found: [
        Write(
            "s3",
            "PutBucketWebsite",
            on(found, _ONE) | {"WebsiteConfiguration": found.before["Website"]},
        )
    ],
    calls=("DeleteBucketWebsite", "PutBucketWebsite"),
)

_EVERYBODY = tuple(
    f"http://acs.amazonaws.com/groups/global/{name}" for name in ("AllUsers", "AuthenticatedUsers")
)


def _private_grants(found: Found) -> list[dict[str, Any]]:
    grants = found.before["Acl"]["Grants"] or []
    return [each for each in grants if each["Grantee"].get("URI") not in _EVERYBODY]


def _put_acl(found: Found, grants: list[dict[str, Any]]) -> Write:
    acl = {"Owner": found.before["Acl"]["Owner"], "Grants": grants}
    return Write("s3", "PutBucketAcl", on(found, _ONE) | {"AccessControlPolicy": acl})


GLOBAL_GRANTS = Action(
    "delete-global-grants",
    _TYPE,
    "s3",
    "take from a bucket's access list what it grants to everybody",
    Risk.MEDIUM,
    reads=(Call("GetBucketAcl", _ONE, out="{Owner: Owner, Grants: Grants}", name="Acl"),),
    needed=lambda found: found.before["Acl"]["Grants"] != _private_grants(found),
    writes=lambda found: [_put_acl(found, _private_grants(found))],
    undo=lambda found: [_put_acl(found, found.before["Acl"]["Grants"])],
    calls=("PutBucketAcl",),
)
