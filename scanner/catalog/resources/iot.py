"""AWS IoT Core: policies, certificates and rules; things are too many to list by default."""

from scanner.model.resource import BULK, Call, ResourceType

CERTIFICATE = ResourceType(
    "AWS::IoT::Certificate",
    service="iot",
    list=Call("ListCertificates", out="certificates"),
    id="certificateId",
    arn="certificateArn",
    created="creationDate",
)

POLICY = ResourceType(
    "AWS::IoT::Policy",
    service="iot",
    list=Call("ListPolicies", out="policies"),
    id="policyName",
    name="policyName",
    arn="policyArn",
    created="creationDate",
    each=(Call("GetPolicy", {"policyName": "$policyName"}, absent=("ResourceNotFoundException",)),),
    tags=BULK,
)

ROLE_ALIAS = ResourceType(
    "AWS::IoT::RoleAlias",
    service="iot",
    list=Call("ListRoleAliases", out="roleAliases[].{roleAlias: @}"),
    id="roleAlias",
    name="roleAlias",
    arn="arn:{partition}:iot:{region}:{account}:rolealias/{roleAlias}",
    created="creationDate",
    each=(
        Call(
            "DescribeRoleAlias",
            {"roleAlias": "$roleAlias"},
            out="roleAliasDescription",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=BULK,
)

THING_TYPE = ResourceType(
    "AWS::IoT::ThingType",
    service="iot",
    list=Call("ListThingTypes", out="thingTypes"),
    id="thingTypeName",
    name="thingTypeName",
    arn="thingTypeArn",
    created="thingTypeMetadata.creationDate",
    tags=BULK,
)

TOPIC_RULE = ResourceType(
    "AWS::IoT::TopicRule",
    service="iot",
    list=Call("ListTopicRules", out="rules"),
    id="ruleName",
    name="ruleName",
    arn="ruleArn",
    created="createdAt",
    tags=BULK,
)
