"""Recipes for the doors to a network: load balancers, names, APIs, with what a scan must find."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.create.place import Place


def elb(place: Place) -> None:
    """Make a classic load balancer."""
    with place.side_effects():
        place("elb").create_load_balancer(
            LoadBalancerName="old",
            Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
            Subnets=place.kept["subnets"],
            Tags=place.pairs,
        )
    arn = place.arn("elasticloadbalancing", "loadbalancer/old")
    place.made("AWS::ElasticLoadBalancing::LoadBalancer", "old", arn, place.tags)


def elbv2(place: Place) -> None:
    """Make a load balancer with a target group, a listener and a rule."""
    client, kind = place("elbv2"), "AWS::ElasticLoadBalancingV2"

    def made(type: str, arn: str) -> str:
        place.made(f"{kind}::{type}", arn, arn, place.tags)
        return arn

    (balancer,) = client.create_load_balancer(
        Name="web", Subnets=place.kept["subnets"], Tags=place.pairs
    )["LoadBalancers"]  # fmt: skip
    balancer = made("LoadBalancer", balancer["LoadBalancerArn"])
    (group,) = client.create_target_group(
        Name="web", Protocol="HTTP", Port=80, VpcId=place.kept["vpc"], Tags=place.pairs
    )["TargetGroups"]  # fmt: skip
    forward = [{"Type": "forward", "TargetGroupArn": made("TargetGroup", group["TargetGroupArn"])}]
    (listener,) = client.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward, Tags=place.pairs
    )["Listeners"]
    listener = made("Listener", listener["ListenerArn"])
    (rule,) = client.create_rule(
        ListenerArn=listener, Priority=5, Actions=forward, Tags=place.pairs,
        Conditions=[{"Field": "path-pattern", "Values": ["/api/*"]}],
    )["Rules"]  # fmt: skip
    made("ListenerRule", rule["RuleArn"])
    (default,) = (r for r in client.describe_rules(ListenerArn=listener)["Rules"] if r["IsDefault"])
    place.known(f"{kind}::ListenerRule", default["RuleArn"])


def vpc_lattice(place: Place) -> None:
    """Make a service network, a service and a target group."""
    client = place("vpc-lattice")
    network = client.create_service_network(name="mesh", tags=place.tags)
    arn = place.arn("vpc-lattice", f"servicenetwork/{network['id']}")
    place.made("AWS::VpcLattice::ServiceNetwork", network["id"], arn, place.tags)
    service = client.create_service(name="orders", tags=place.tags)
    arn = place.arn("vpc-lattice", f"service/{service['id']}")
    place.made("AWS::VpcLattice::Service", service["id"], arn, place.tags)
    group = client.create_target_group(name="orders", type="LAMBDA", tags=place.tags)
    arn = place.arn("vpc-lattice", f"targetgroup/{group['id']}")
    place.made("AWS::VpcLattice::TargetGroup", group["id"], arn, place.tags)


def directconnect(place: Place) -> None:
    """Make a connection and a LAG."""
    client = place("directconnect")
    made = client.create_connection(
        location="EqDC2", bandwidth="1Gbps", connectionName="office", tags=place.lower_pairs
    )["connectionId"]
    arn = place.arn("directconnect", f"dxcon/{made}")
    place.made("AWS::DirectConnect::Connection", made, arn, place.tags)
    made = client.create_lag(
        numberOfConnections=1, location="EqDC2", connectionsBandwidth="1Gbps", lagName="both",
        tags=place.lower_pairs,
    )  # fmt: skip
    lag = made["lagId"]
    place.made(
        "AWS::DirectConnect::Lag", lag, place.arn("directconnect", f"dxlag/{lag}"), place.tags
    )
    place.known("AWS::DirectConnect::Connection", made["connections"][0]["connectionId"])


def route53resolver(place: Place) -> None:
    """Make an endpoint, a rule with its association and a query log."""
    client, kind = place("route53resolver"), "AWS::Route53Resolver"
    with place.side_effects():
        endpoint = client.create_resolver_endpoint(
            CreatorRequestId="1", Name="in", SecurityGroupIds=[place.kept["group"]],
            Direction="OUTBOUND", IpAddresses=[{"SubnetId": s} for s in place.kept["subnets"]],
        )["ResolverEndpoint"]["Id"]  # fmt: skip
    arn = place.arn("route53resolver", f"resolver-endpoint/{endpoint}")
    place.made(f"{kind}::ResolverEndpoint", endpoint, arn, {})
    rule = client.create_resolver_rule(
        CreatorRequestId="2", Name="corp", RuleType="FORWARD", DomainName="corp.example",
        TargetIps=[{"Ip": "10.0.0.2", "Port": 53}], ResolverEndpointId=endpoint,
    )["ResolverRule"]["Id"]  # fmt: skip
    arn = place.arn("route53resolver", f"resolver-rule/{rule}")
    place.made(f"{kind}::ResolverRule", rule, arn, {})
    made = client.associate_resolver_rule(ResolverRuleId=rule, VPCId=place.kept["vpc"])
    association = made["ResolverRuleAssociation"]["Id"]
    place.made(f"{kind}::ResolverRuleAssociation", association, None)
    log = client.create_resolver_query_log_config(
        CreatorRequestId="3", Name="all", DestinationArn=f"arn:aws:s3:::{place.name('queries')}"
    )["ResolverQueryLogConfig"]["Id"]
    arn = place.arn("route53resolver", f"resolver-query-log-config/{log}")
    place.made(f"{kind}::ResolverQueryLoggingConfig", log, arn, {})


def apigateway(place: Place) -> None:
    """Make an API with what hangs below it, a key, a plan and a domain."""
    client, kind = place("apigateway"), "AWS::ApiGateway"
    slashes = f"arn:aws:apigateway:{place.region}::"
    api = client.create_rest_api(name="orders", tags=place.tags)["id"]
    below = f"{slashes}/restapis/{api}"
    place.made(f"{kind}::RestApi", api, below, place.tags)
    (root,) = client.get_resources(restApiId=api)["items"]
    path = client.create_resource(restApiId=api, parentId=root["id"], pathPart="all")["id"]
    for each in (root["id"], path):
        place.made(f"{kind}::Resource", f"{api}/{each}", f"{below}/resources/{each}")
    client.put_method(restApiId=api, resourceId=path, httpMethod="GET", authorizationType="NONE")
    client.put_integration(
        restApiId=api, resourceId=path, httpMethod="GET", type="MOCK",
        requestTemplates={"application/json": "{}"},
    )  # fmt: skip
    deployment = client.create_deployment(restApiId=api)["id"]
    client.create_stage(restApiId=api, stageName="live", deploymentId=deployment, tags=place.tags)
    place.made(f"{kind}::Stage", f"{api}/live", f"{below}/stages/live", place.tags)
    authorizer = client.create_authorizer(
        restApiId=api, name="users", type="COGNITO_USER_POOLS",
        providerARNs=[place.arn("cognito-idp", "userpool/x")], identitySource="x",
    )["id"]  # fmt: skip
    arn = f"{below}/authorizers/{authorizer}"
    place.made(f"{kind}::Authorizer", f"{api}/{authorizer}", arn)
    key = client.create_api_key(name="partner", tags=place.tags)["id"]
    place.made(f"{kind}::ApiKey", key, f"{slashes}/apikeys/{key}", place.tags)
    plan = client.create_usage_plan(name="small", tags=place.tags)["id"]
    place.made(f"{kind}::UsagePlan", plan, f"{slashes}/usageplans/{plan}", place.tags)
    client.create_domain_name(domainName="api.acme.example", tags=place.tags)
    arn = f"{slashes}/domainnames/api.acme.example"
    place.made(f"{kind}::DomainName", "api.acme.example", arn, place.tags)


def apigatewayv2(place: Place) -> None:
    """Make an HTTP API with a stage and a route, and a VPC link."""
    client, kind = place("apigatewayv2"), "AWS::ApiGatewayV2"
    slashes = f"arn:aws:apigateway:{place.region}::"
    api = client.create_api(Name="shop", ProtocolType="HTTP", Tags=place.tags)["ApiId"]
    below = f"{slashes}/apis/{api}"
    place.made(f"{kind}::Api", api, below, place.tags)
    client.create_stage(ApiId=api, StageName="live", Tags=place.tags)
    place.made(f"{kind}::Stage", f"{api}/live", f"{below}/stages/live", place.tags)
    route = client.create_route(ApiId=api, RouteKey="GET /all")["RouteId"]
    place.made(f"{kind}::Route", f"{api}/{route}", f"{below}/routes/{route}")
    link = client.create_vpc_link(Name="in", SubnetIds=place.kept["subnets"], Tags=place.tags)
    arn = f"{slashes}/vpclinks/{link['VpcLinkId']}"
    place.made(f"{kind}::VpcLink", link["VpcLinkId"], arn, place.tags)


def wafv2(place: Place) -> None:
    """Make a web ACL, a rule group and two sets."""
    client, kind = place("wafv2"), "AWS::WAFv2"
    seen = {
        "SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "web",
    }  # fmt: skip
    shared = {"Name": "web", "Scope": "REGIONAL"}
    for noun, operation, extra in (
        ("WebACL", "create_web_acl", {"DefaultAction": {"Allow": {}}, "VisibilityConfig": seen}),
        ("RuleGroup", "create_rule_group", {"Capacity": 10, "VisibilityConfig": seen}),
        ("IPSet", "create_ip_set", {"IPAddressVersion": "IPV4", "Addresses": ["192.0.2.0/24"]}),
        (
            "RegexPatternSet", "create_regex_pattern_set",
            {"RegularExpressionList": [{"RegexString": "bad"}]},
        ),
    ):  # fmt: skip
        made = getattr(client, operation)(**shared, **extra)["Summary"]
        part = noun.lower()
        arn = place.arn("wafv2", f"regional/{part}/web/{made['Id']}")
        place.made(f"{kind}::{noun}", made["Id"], arn, {})


def wafv2_abroad(place: Place) -> None:
    """Make a web ACL for CloudFront."""
    made = place("wafv2").create_web_acl(
        Name="shop", Scope="CLOUDFRONT", DefaultAction={"Allow": {}},
        VisibilityConfig={
            "SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "x",
        },
    )["Summary"]  # fmt: skip
    place.made("wafv2:cloudfront-web-acl", made["Id"], made["ARN"], {})


def route53(place: Place) -> None:
    """Make a zone with records, a health check and a query log."""
    client = place("route53")
    zone = client.create_hosted_zone(Name="acme.example.", CallerReference="1")["HostedZone"]["Id"]
    zone = zone.removeprefix("/hostedzone/")
    kind = "AWS::Route53"
    place.made(f"{kind}::HostedZone", zone, f"arn:aws:route53:::hostedzone/{zone}", {})
    place.made(f"{kind}::RecordSet", f"{zone}/acme.example./NS/", None)
    place.made(f"{kind}::RecordSet", f"{zone}/acme.example./SOA/", None)
    weighted = {
        "Name": "www.acme.example.", "Type": "A", "TTL": 60,
        "ResourceRecords": [{"Value": "192.0.2.7"}], "Weight": 1,
    }  # fmt: skip
    client.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={
            "Changes": [
                {"Action": "CREATE", "ResourceRecordSet": {**weighted, "SetIdentifier": blue}}
                for blue in ("blue", "green")
            ]
        },
    )
    for each in ("blue", "green"):
        place.made(f"{kind}::RecordSet", f"{zone}/www.acme.example./A/{each}", None)
    check = client.create_health_check(
        CallerReference="2",
        HealthCheckConfig={"Type": "HTTP", "FullyQualifiedDomainName": "www.acme.example"},
    )["HealthCheck"]["Id"]
    client.change_tags_for_resource(
        ResourceType="healthcheck", ResourceId=check, AddTags=place.pairs
    )  # fmt: skip
    arn = f"arn:aws:route53:::healthcheck/{check}"
    place.made(f"{kind}::HealthCheck", check, arn, place.tags)
    place("logs").create_log_group(logGroupName="/aws/route53/acme")
    log = client.create_query_logging_config(
        HostedZoneId=zone,
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:us-east-1:{place.account}:log-group:/aws/route53/acme:*",
    )["QueryLoggingConfig"]["Id"]
    arn = f"arn:aws:route53:::queryloggingconfig/{log}"
    place.made(f"{kind}::QueryLoggingConfig", log, arn)


def cloudfront(place: Place) -> None:
    """Make a distribution, an access control, a key and a key group."""
    client, kind = place("cloudfront"), "AWS::CloudFront"
    origin = {
        "Id": "shop", "DomainName": "shop.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }  # fmt: skip
    configuration = {
        "CallerReference": "1", "Comment": "shop", "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "shop", "ViewerProtocolPolicy": "https-only", "MinTTL": 0,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        },
    }  # fmt: skip
    made = client.create_distribution_with_tags(
        DistributionConfigWithTags={
            "DistributionConfig": configuration, "Tags": {"Items": place.pairs},
        }
    )["Distribution"]  # fmt: skip
    arn = place.arn("cloudfront", f"distribution/{made['Id']}")
    place.made(f"{kind}::Distribution", made["Id"], arn, place.tags)
    control = client.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "shop", "SigningProtocol": "sigv4", "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )["OriginAccessControl"]["Id"]  # fmt: skip
    arn = place.arn("cloudfront", f"origin-access-control/{control}")
    place.made(f"{kind}::OriginAccessControl", control, arn)
    key = client.create_public_key(
        PublicKeyConfig={"CallerReference": "2", "Name": "signer", "EncodedKey": "key"}
    )["PublicKey"]["Id"]
    place.made(f"{kind}::PublicKey", key, None)
    group = client.create_key_group(KeyGroupConfig={"Name": "signers", "Items": [key]})
    place.made(f"{kind}::KeyGroup", group["KeyGroup"]["Id"], None)


REGIONAL = {
    "elb": elb,
    "elbv2": elbv2,
    "vpc-lattice": vpc_lattice,
    "directconnect": directconnect,
    "route53resolver": route53resolver,
    "apigateway": apigateway,
    "apigatewayv2": apigatewayv2,
    "wafv2": wafv2,
}
AT_HOME = {}
ONCE = {"route53": route53, "cloudfront": cloudfront, "wafv2 (CloudFront)": wafv2_abroad}
