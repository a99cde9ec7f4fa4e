"""Amazon S3 control: access points and what is set for the account; buckets are in s3."""

from scanner.model.resource import BULK, Call, ResourceType

ACCESS_GRANTS_INSTANCE = ResourceType(
    "AWS::S3::AccessGrantsInstance",
    service="s3control",
    list=Call(
        "ListAccessGrantsInstances", {"AccountId": "$account"}, out="AccessGrantsInstancesList"
    ),
    id="AccessGrantsInstanceArn",
    arn="AccessGrantsInstanceArn",
    created="CreatedAt",
)

ACCESS_POINT = ResourceType(
    "AWS::S3::AccessPoint",
    service="s3control",
    list=Call("ListAccessPoints", {"AccountId": "$account"}, out="AccessPointList"),
    id="AccessPointArn",
    name="Name",
    arn="AccessPointArn",
    each=(
        Call(
            "GetAccessPointPolicy",
            {"AccountId": "$account", "Name": "$Name"},
            out="Policy",
            name="Policy",
            absent=("NoSuchAccessPointPolicy",),
        ),
    ),
)

ACCOUNT = ResourceType(
    "s3control:account",
    service="s3control",
    scope="global",
    # The account always exists; a list call that always answers carries what is set for it.
    list=Call("ListAccessPoints", {"AccountId": "$account"}, out="[{Id: 'account'}]"),
    id="Id",
    each=(
        Call(
            "GetPublicAccessBlock",
            {"AccountId": "$account"},
            out="PublicAccessBlockConfiguration",
            name="PublicAccessBlock",
            absent=("NoSuchPublicAccessBlockConfiguration",),
        ),
    ),
)

MULTI_REGION_ACCESS_POINT = ResourceType(
    "AWS::S3::MultiRegionAccessPoint",
    service="s3control",
    scope="global",
    home="us-west-2",
    list=Call("ListMultiRegionAccessPoints", {"AccountId": "$account"}, out="AccessPoints"),
    id="Name",
    name="Name",
    arn="arn:{partition}:s3::{account}:accesspoint/{Alias}",
    created="CreatedAt",
)

STORAGE_LENS = ResourceType(
    "AWS::S3::StorageLens",
    service="s3control",
    list=Call(
        "ListStorageLensConfigurations",
        {"AccountId": "$account"},
        out="StorageLensConfigurationList",
    ),
    id="Id",
    name="Id",
    arn="StorageLensArn",
    located="HomeRegion",
    tags=BULK,
)
