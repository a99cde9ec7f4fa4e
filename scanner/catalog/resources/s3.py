"""Amazon S3: general purpose buckets and what guards them; no objects."""

from scanner.model.resource import BULK, Call, ResourceType

_ONE = {"Bucket": "$Name"}

BUCKET = ResourceType(
    "AWS::S3::Bucket",
    service="s3",
    # Only a request with a parameter is answered with the buckets' regions.
    list=Call("ListBuckets", {"BucketRegion": "$region", "MaxBuckets": 1000}, out="Buckets"),
    id="Name",
    name="Name",
    arn="arn:{partition}:s3:::{Name}",
    created="CreationDate",
    located="BucketRegion",
    each=(
        Call(
            "GetBucketLocation",
            _ONE,
            out="{BucketRegion: LocationConstraint == 'EU' && 'eu-west-1'"
            " || LocationConstraint || 'us-east-1'}",
            unless="BucketRegion",
        ),
        Call("GetBucketAcl", _ONE, name="Acl"),
        Call("GetBucketCors", _ONE, name="Cors", absent=("NoSuchCORSConfiguration",)),
        Call(
            "GetBucketEncryption",
            _ONE,
            out="ServerSideEncryptionConfiguration",
            name="Encryption",
            absent=("ServerSideEncryptionConfigurationNotFoundError",),
        ),
        Call(
            "GetBucketLifecycleConfiguration",
            _ONE,
            name="Lifecycle",
            absent=("NoSuchLifecycleConfiguration",),
        ),
        Call("GetBucketLogging", _ONE, out="LoggingEnabled", name="Logging"),
        Call("GetBucketNotificationConfiguration", _ONE, name="Notification"),
        Call(
            "GetObjectLockConfiguration",
            _ONE,
            out="ObjectLockConfiguration",
            name="ObjectLock",
            absent=("ObjectLockConfigurationNotFoundError",),
        ),
        Call(
            "GetBucketOwnershipControls",
            _ONE,
            out="OwnershipControls",
            name="OwnershipControls",
            absent=("OwnershipControlsNotFoundError",),
        ),
        Call("GetBucketPolicy", _ONE, out="Policy", name="Policy", absent=("NoSuchBucketPolicy",)),
        Call(
            "GetBucketPolicyStatus",
            _ONE,
            out="PolicyStatus",
            name="PolicyStatus",
            absent=("NoSuchBucketPolicy",),
        ),
        Call(
            "GetPublicAccessBlock",
            _ONE,
            out="PublicAccessBlockConfiguration",
            name="PublicAccessBlock",
            absent=("NoSuchPublicAccessBlockConfiguration",),
        ),
        Call(
            "GetBucketReplication",
            _ONE,
            name="Replication",
            absent=("ReplicationConfigurationNotFoundError",),
        ),
        Call("GetBucketVersioning", _ONE, name="Versioning"),
        Call("GetBucketWebsite", _ONE, name="Website", absent=("NoSuchWebsiteConfiguration",)),
    ),
    tags=BULK,
)
