"""Amazon SES, its first API: rules for mail received, and templates; the rest is in sesv2."""

from scanner.model.resource import Call, ResourceType

RECEIPT_FILTER = ResourceType(
    "AWS::SES::ReceiptFilter",
    service="ses",
    list=Call("ListReceiptFilters", out="Filters"),
    id="Name",
    name="Name",
)

RECEIPT_RULE_SET = ResourceType(
    "AWS::SES::ReceiptRuleSet",
    service="ses",
    list=Call("ListReceiptRuleSets", out="RuleSets"),
    id="Name",
    name="Name",
    arn="arn:{partition}:ses:{region}:{account}:receipt-rule-set/{Name}",
    created="CreatedTimestamp",
    each=(
        Call(
            "DescribeReceiptRuleSet",
            {"RuleSetName": "$Name"},
            out="Rules",
            name="Rules",
            absent=("RuleSetDoesNotExist",),
        ),
    ),
)

TEMPLATE = ResourceType(
    "AWS::SES::Template",
    service="ses",
    list=Call("ListTemplates", out="TemplatesMetadata"),
    id="Name",
    name="Name",
    arn="arn:{partition}:ses:{region}:{account}:template/{Name}",
    created="CreatedTimestamp",
)
