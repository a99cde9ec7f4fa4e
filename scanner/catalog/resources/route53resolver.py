"""Amazon Route 53 Resolver: endpoints, rules and DNS firewalls."""

from scanner.model.resource import BULK, Call, ResourceType

FIREWALL_DOMAIN_LIST = ResourceType(
    "AWS::Route53Resolver::FirewallDomainList",
    service="route53resolver",
    list=Call("ListFirewallDomainLists", out="FirewallDomainLists"),
    id="Id",
    name="Name",
    arn="Arn",
    tags=BULK,
)

FIREWALL_RULE_GROUP = ResourceType(
    "AWS::Route53Resolver::FirewallRuleGroup",
    service="route53resolver",
    list=Call("ListFirewallRuleGroups", out="FirewallRuleGroups"),
    id="Id",
    name="Name",
    arn="Arn",
    tags=BULK,
)

FIREWALL_RULE_GROUP_ASSOCIATION = ResourceType(
    "AWS::Route53Resolver::FirewallRuleGroupAssociation",
    service="route53resolver",
    list=Call("ListFirewallRuleGroupAssociations", out="FirewallRuleGroupAssociations"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreationTime",
    tags=BULK,
)

RESOLVER_ENDPOINT = ResourceType(
    "AWS::Route53Resolver::ResolverEndpoint",
    service="route53resolver",
    list=Call("ListResolverEndpoints", out="ResolverEndpoints"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreationTime",
    tags=BULK,
)

RESOLVER_QUERY_LOGGING_CONFIG = ResourceType(
    "AWS::Route53Resolver::ResolverQueryLoggingConfig",
    service="route53resolver",
    list=Call("ListResolverQueryLogConfigs", out="ResolverQueryLogConfigs"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreationTime",
    tags=BULK,
)

RESOLVER_RULE = ResourceType(
    "AWS::Route53Resolver::ResolverRule",
    service="route53resolver",
    list=Call("ListResolverRules", out="ResolverRules"),
    id="Id",
    name="Name",
    arn="Arn",
    created="CreationTime",
    tags=BULK,
)

RESOLVER_RULE_ASSOCIATION = ResourceType(
    "AWS::Route53Resolver::ResolverRuleAssociation",
    service="route53resolver",
    list=Call("ListResolverRuleAssociations", out="ResolverRuleAssociations"),
    id="Id",
    name="Name",
)
