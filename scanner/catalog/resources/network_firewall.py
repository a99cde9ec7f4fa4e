"""AWS Network Firewall: firewalls, policies and rule groups."""

from scanner.model.resource import BULK, Call, ResourceType

FIREWALL = ResourceType(
    "AWS::NetworkFirewall::Firewall",
    service="network-firewall",
    list=Call("ListFirewalls", out="Firewalls"),
    id="FirewallArn",
    name="FirewallName",
    arn="FirewallArn",
    each=(
        Call(
            "DescribeFirewall",
            {"FirewallArn": "$FirewallArn"},
            out="Firewall",
            absent=("ResourceNotFoundException",),
        ),
        Call(
            "DescribeLoggingConfiguration",
            {"FirewallArn": "$FirewallArn"},
            out="LoggingConfiguration",
            name="Logging",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags="Tags",
)

FIREWALL_POLICY = ResourceType(
    "AWS::NetworkFirewall::FirewallPolicy",
    service="network-firewall",
    list=Call("ListFirewallPolicies", out="FirewallPolicies"),
    id="Arn",
    name="Name",
    arn="Arn",
    tags=BULK,
)

RULE_GROUP = ResourceType(
    "AWS::NetworkFirewall::RuleGroup",
    service="network-firewall",
    list=Call("ListRuleGroups", {"Scope": "ACCOUNT"}, out="RuleGroups"),
    id="Arn",
    name="Name",
    arn="Arn",
    tags=BULK,
)
