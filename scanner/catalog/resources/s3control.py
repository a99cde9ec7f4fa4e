"""Amazon S3 control: access points and what is set for the account; buckets are in s3."""

from scanner.model.resource import Call, ResourceType

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
