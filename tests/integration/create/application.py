"""Recipes for what applications are to people and things, with what a scan must find of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.create.place import Place


def ses(place: Place) -> None:
    """Make a template and a rule set for what arrives."""
    client = place("ses")
    client.create_template(Template={"TemplateName": "hello", "SubjectPart": "x", "TextPart": "x"})
    place.made("AWS::SES::Template", "hello", place.arn("ses", "template/hello"))
    client.create_receipt_rule_set(RuleSetName="inbox")
    arn = place.arn("ses", "receipt-rule-set/inbox")
    place.made("AWS::SES::ReceiptRuleSet", "inbox", arn)


def sesv2(place: Place) -> None:
    """Make an identity, a configuration set and a contact list."""
    client, kind = place("sesv2"), "AWS::SES"
    client.create_email_identity(EmailIdentity="acme.example", Tags=place.pairs)
    arn = place.arn("ses", "identity/acme.example")
    place.made(f"{kind}::EmailIdentity", "acme.example", arn, place.tags)
    client.create_configuration_set(ConfigurationSetName="bulk", Tags=place.pairs)
    arn = place.arn("ses", "configuration-set/bulk")
    place.made(f"{kind}::ConfigurationSet", "bulk", arn, place.tags)
    client.create_contact_list(ContactListName="news", Tags=place.pairs)
    arn = place.arn("ses", "contact-list/news")
    place.made(f"{kind}::ContactList", "news", arn, place.tags)


def iot(place: Place) -> None:
    """Make a policy, a certificate, a thing type, a rule and a role alias."""
    client, kind = place("iot"), "AWS::IoT"
    client.create_policy(policyName="sensors", policyDocument="{}")
    place.made(f"{kind}::Policy", "sensors", place.arn("iot", "policy/sensors"), {})
    made = client.create_keys_and_certificate(setAsActive=True)
    number = made["certificateId"]
    place.made(f"{kind}::Certificate", number, place.arn("iot", f"cert/{number}"))
    client.create_thing_type(thingTypeName="sensor")
    place.made(f"{kind}::ThingType", "sensor", place.arn("iot", "thingtype/sensor"), {})
    client.create_topic_rule(
        ruleName="store", topicRulePayload={"sql": "SELECT * FROM 'x'", "actions": []}
    )
    place.made(f"{kind}::TopicRule", "store", place.arn("iot", "rule/store"), {})
    client.create_role_alias(roleAlias="sensor", roleArn=place.role())
    place.made(f"{kind}::RoleAlias", "sensor", place.arn("iot", "rolealias/sensor"), {})


def servicediscovery(place: Place) -> None:
    """Make a namespace with a service."""
    client, kind = place("servicediscovery"), "servicediscovery"
    client.create_http_namespace(Name="apps")
    (space,) = client.list_namespaces()["Namespaces"]
    arn = place.arn("servicediscovery", f"namespace/{space['Id']}")
    place.made(f"{kind}:namespace", space["Id"], arn, {})
    made = client.create_service(Name="cart", NamespaceId=space["Id"])["Service"]["Id"]
    arn = place.arn("servicediscovery", f"service/{made}")
    place.made("AWS::ServiceDiscovery::Service", made, arn, {})


def transfer(place: Place) -> None:
    """Make a server."""
    made = place("transfer").create_server(Tags=place.pairs)["ServerId"]
    arn = place.arn("transfer", f"server/{made}")
    place.made("AWS::Transfer::Server", made, arn, place.tags)


def connect(place: Place) -> None:
    """Make an instance."""
    made = place("connect").create_instance(
        IdentityManagementType="CONNECT_MANAGED", InstanceAlias="calls", Tags=place.tags,
        InboundCallsEnabled=True, OutboundCallsEnabled=False,
    )["Id"]  # fmt: skip
    arn = place.arn("connect", f"instance/{made}")
    place.made("AWS::Connect::Instance", made, arn, place.tags)


def lexv2(place: Place) -> None:
    """Make a bot."""
    made = place("lexv2-models").create_bot(
        botName="help", roleArn=place.role(), dataPrivacy={"childDirected": False},
        idleSessionTTLInSeconds=300, botTags=place.tags,
    )["botId"]  # fmt: skip
    arn = place.arn("lex", f"bot/{made}")
    place.made("AWS::Lex::Bot", made, arn, place.tags)


REGIONAL = {
    "ses": ses,
    "sesv2": sesv2,
    "iot": iot,
    "servicediscovery": servicediscovery,
    "transfer": transfer,
    "lexv2-models": lexv2,
}
AT_HOME = {"connect": connect}
ONCE = {}
