"""Amazon SES: identities and configuration sets; no mail."""

from scanner.model.resource import BULK, Call, ResourceType

CONFIGURATION_SET = ResourceType(
    "AWS::SES::ConfigurationSet",
    service="sesv2",
    list=Call("ListConfigurationSets", out="ConfigurationSets[].{ConfigurationSetName: @}"),
    id="ConfigurationSetName",
    name="ConfigurationSetName",
    arn="arn:{partition}:ses:{region}:{account}:configuration-set/{ConfigurationSetName}",
    each=(
        Call(
            "GetConfigurationSet",
            {"ConfigurationSetName": "$ConfigurationSetName"},
            absent=("NotFoundException",),
        ),
    ),
    tags="Tags",
)

CONTACT_LIST = ResourceType(
    "AWS::SES::ContactList",
    service="sesv2",
    list=Call("ListContactLists", out="ContactLists"),
    id="ContactListName",
    name="ContactListName",
    arn="arn:{partition}:ses:{region}:{account}:contact-list/{ContactListName}",
    tags=BULK,
)

EMAIL_IDENTITY = ResourceType(
    "AWS::SES::EmailIdentity",
    service="sesv2",
    list=Call("ListEmailIdentities", out="EmailIdentities"),
    id="IdentityName",
    name="IdentityName",
    arn="arn:{partition}:ses:{region}:{account}:identity/{IdentityName}",
    each=(
        Call("GetEmailIdentity", {"EmailIdentity": "$IdentityName"}, absent=("NotFoundException",)),
    ),
    tags="Tags",
)
