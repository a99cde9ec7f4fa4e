"""AWS IAM: who may do what; one listing gives users, groups, roles and policies in full."""

from scanner.model.resource import Call, ResourceType

_DETAILS = "GetAccountAuthorizationDetails"

ACCESS_KEY = ResourceType(
    "AWS::IAM::AccessKey",
    service="iam",
    scope="global",
    parent="AWS::IAM::User",
    list=Call("ListAccessKeys", {"UserName": "$UserName"}, out="AccessKeyMetadata"),
    id="AccessKeyId",
    created="CreateDate",
    each=(
        Call(
            "GetAccessKeyLastUsed",
            {"AccessKeyId": "$AccessKeyId"},
            out="AccessKeyLastUsed",
            name="LastUsed",
        ),
    ),
)

ACCOUNT = ResourceType(
    "iam:account",
    service="iam",
    scope="global",
    list=Call("GetAccountSummary", out="[{Id: 'account', SummaryMap: SummaryMap}]"),
    id="Id",
    arn="arn:{partition}:iam::{account}:root",
    each=(
        Call("ListAccountAliases", out="AccountAliases", name="Aliases"),
        Call(
            "GetAccountPasswordPolicy",
            out="PasswordPolicy",
            name="PasswordPolicy",
            absent=("NoSuchEntity",),
        ),
    ),
)

GROUP = ResourceType(
    "AWS::IAM::Group",
    service="iam",
    scope="global",
    list=Call(_DETAILS, {"Filter": ["Group"]}, out="GroupDetailList"),
    id="GroupName",
    name="GroupName",
    arn="Arn",
    created="CreateDate",
)

INSTANCE_PROFILE = ResourceType(
    "AWS::IAM::InstanceProfile",
    service="iam",
    scope="global",
    list=Call("ListInstanceProfiles", out="InstanceProfiles"),
    id="InstanceProfileName",
    name="InstanceProfileName",
    arn="Arn",
    created="CreateDate",
    tags=Call(
        "ListInstanceProfileTags",
        {"InstanceProfileName": "$InstanceProfileName"},
        out="Tags",
        absent=("NoSuchEntity",),
    ),
)

MANAGED_POLICY = ResourceType(
    "AWS::IAM::ManagedPolicy",
    service="iam",
    scope="global",
    list=Call(_DETAILS, {"Filter": ["LocalManagedPolicy"]}, out="Policies"),
    id="Arn",
    name="PolicyName",
    arn="Arn",
    created="CreateDate",
    tags=Call("ListPolicyTags", {"PolicyArn": "$Arn"}, out="Tags", absent=("NoSuchEntity",)),
)

MFA_DEVICE = ResourceType(
    "iam:mfa-device",
    service="iam",
    scope="global",
    parent="AWS::IAM::User",
    list=Call("ListMFADevices", {"UserName": "$UserName"}, out="MFADevices"),
    id="SerialNumber",
    created="EnableDate",
)

OIDC_PROVIDER = ResourceType(
    "AWS::IAM::OIDCProvider",
    service="iam",
    scope="global",
    list=Call("ListOpenIDConnectProviders", out="OpenIDConnectProviderList"),
    id="Arn",
    name="Url",
    arn="Arn",
    created="CreateDate",
    each=(
        Call(
            "GetOpenIDConnectProvider",
            {"OpenIDConnectProviderArn": "$Arn"},
            absent=("NoSuchEntity",),
        ),
    ),
    tags="Tags",
)

ROLE = ResourceType(
    "AWS::IAM::Role",
    service="iam",
    scope="global",
    list=Call(_DETAILS, {"Filter": ["Role"]}, out="RoleDetailList"),
    id="RoleName",
    name="RoleName",
    arn="Arn",
    created="CreateDate",
    tags="Tags",
)

SAML_PROVIDER = ResourceType(
    "AWS::IAM::SAMLProvider",
    service="iam",
    scope="global",
    list=Call("ListSAMLProviders", out="SAMLProviderList"),
    id="Arn",
    arn="Arn",
    created="CreateDate",
    tags=Call(
        "ListSAMLProviderTags", {"SAMLProviderArn": "$Arn"}, out="Tags", absent=("NoSuchEntity",)
    ),
)

SERVER_CERTIFICATE = ResourceType(
    "AWS::IAM::ServerCertificate",
    service="iam",
    scope="global",
    list=Call("ListServerCertificates", out="ServerCertificateMetadataList"),
    id="ServerCertificateName",
    name="ServerCertificateName",
    arn="Arn",
    created="UploadDate",
    tags=Call(
        "ListServerCertificateTags",
        {"ServerCertificateName": "$ServerCertificateName"},
        out="Tags",
        absent=("NoSuchEntity",),
    ),
)

USER = ResourceType(
    "AWS::IAM::User",
    service="iam",
    scope="global",
    list=Call(_DETAILS, {"Filter": ["User"]}, out="UserDetailList"),
    id="UserName",
    name="UserName",
    arn="Arn",
    created="CreateDate",
    each=(
        Call(
            "GetUser",
            {"UserName": "$UserName"},
            out="{PasswordLastUsed: User.PasswordLastUsed}",
            absent=("NoSuchEntity",),
        ),
        Call(
            "GetLoginProfile",
            {"UserName": "$UserName"},
            out="LoginProfile",
            name="LoginProfile",
            absent=("NoSuchEntity",),
        ),
    ),
    tags="Tags",
)

VIRTUAL_MFA_DEVICE = ResourceType(
    "AWS::IAM::VirtualMFADevice",
    service="iam",
    scope="global",
    # The seed and its QR code come only when a device is created; never keep them.
    list=Call(
        "ListVirtualMFADevices",
        out="VirtualMFADevices[].{SerialNumber: SerialNumber, User: User, EnableDate: EnableDate}",
    ),
    id="SerialNumber",
    arn="SerialNumber",
    created="EnableDate",
    tags=Call(
        "ListMFADeviceTags", {"SerialNumber": "$SerialNumber"}, out="Tags", absent=("NoSuchEntity",)
    ),
)
