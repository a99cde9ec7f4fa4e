"""AWS X-Ray: groups and sampling rules; no traces."""

from scanner.model.resource import BULK, Call, ResourceType

ENCRYPTION_CONFIG = ResourceType(
    "xray:encryption-config",
    service="xray",
    list=Call("GetEncryptionConfig", out="[{Id: 'account', EncryptionConfig: EncryptionConfig}]"),
    id="Id",
)

GROUP = ResourceType(
    "AWS::XRay::Group",
    service="xray",
    list=Call("GetGroups", out="Groups"),
    id="GroupARN",
    name="GroupName",
    arn="GroupARN",
    tags=BULK,
)

SAMPLING_RULE = ResourceType(
    "AWS::XRay::SamplingRule",
    service="xray",
    list=Call("GetSamplingRules", out="SamplingRuleRecords"),
    id="SamplingRule.RuleName",
    name="SamplingRule.RuleName",
    arn="SamplingRule.RuleARN",
    created="CreatedAt",
    tags=BULK,
)
