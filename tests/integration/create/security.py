"""Recipes for identities, keys and guards, with what a scan must find of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.integration.create.place import ROLE

if TYPE_CHECKING:
    from tests.integration.create.place import Place

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
            for service in ("lambda", "codepipeline")
        ],
    }
)
ALLOW = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


def certificate() -> tuple[bytes, bytes]:
    """Make a certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "acme.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def iam(place: Place) -> None:
    """Make a user with keys, a group, roles, a policy and providers."""
    client, kind = place("iam"), "AWS::IAM"
    place.known(f"{kind}::Role", ROLE)
    client.create_user(UserName="ada", Path="/people/", Tags=place.pairs)
    place.made(f"{kind}::User", "ada", place.arn("iam", "user/people/ada"), place.tags)
    for _ in range(2):
        key = client.create_access_key(UserName="ada")["AccessKey"]["AccessKeyId"]
        place.made(f"{kind}::AccessKey", key, None)
    client.create_group(GroupName="admins")
    place.made(f"{kind}::Group", "admins", place.arn("iam", "group/admins"))
    client.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST, Tags=place.pairs)
    place.made(f"{kind}::Role", "worker", place.role(), place.tags)
    client.create_policy(PolicyName="read", PolicyDocument=ALLOW, Tags=place.pairs)
    arn = place.arn("iam", "policy/read")
    place.made(f"{kind}::ManagedPolicy", arn, arn, place.tags)
    client.create_open_id_connect_provider(
        Url="https://token.acme.example", ClientIDList=["x"], ThumbprintList=["0" * 40],
        Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("iam", "oidc-provider/token.acme.example")
    place.made(f"{kind}::OIDCProvider", arn, arn, place.tags)
    made = client.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    client.enable_mfa_device(
        UserName="ada", SerialNumber=made["SerialNumber"],
        AuthenticationCode1="123456", AuthenticationCode2="234567",
    )  # fmt: skip
    place.made("iam:mfa-device", place.arn("iam", "mfa/phone"), None)
    place.made("iam:account", "account", place.arn("iam", "root"))
    untold(place, client)


def untold(place: Place, client) -> None:
    """Make what moto cannot tell the tags of: they must be unknown, not none."""
    kind = "AWS::IAM"
    arn = place.arn("iam", "mfa/phone")
    place.made(f"{kind}::VirtualMFADevice", arn, arn)
    client.create_instance_profile(InstanceProfileName="web")
    arn = place.arn("iam", "instance-profile/web")
    place.made(f"{kind}::InstanceProfile", "web", arn)
    pem, key = (text.decode() for text in certificate())
    client.upload_server_certificate(
        ServerCertificateName="old", CertificateBody=pem, PrivateKey=key
    )
    arn = place.arn("iam", "server-certificate/old")
    place.made(f"{kind}::ServerCertificate", "old", arn)
    client.create_saml_provider(Name="sso", SAMLMetadataDocument="x" * 1024)
    arn = place.arn("iam", "saml-provider/sso")
    place.made(f"{kind}::SAMLProvider", arn, arn)


def shield(place: Place) -> None:
    """Protect an address."""
    made = place("shield").create_protection(
        Name="edge", Tags=place.pairs,
        ResourceArn=f"arn:aws:ec2:us-east-1:{place.account}:eip-allocation/eipalloc-0a1b2c3d",
    )["ProtectionId"]  # fmt: skip
    arn = place.arn("shield", f"protection/{made}")
    place.made("AWS::Shield::Protection", made, arn, place.tags)


def kms(place: Place) -> None:
    """Make a key with an alias and a grant."""
    client = place("kms")
    tags = [{"TagKey": key, "TagValue": value} for key, value in place.tags.items()]
    key = client.create_key(Description="data", Tags=tags)["KeyMetadata"]["KeyId"]
    place.made("AWS::KMS::Key", key, place.arn("kms", f"key/{key}"), place.tags)
    managed = {each["AliasName"] for each in client.list_aliases()["Aliases"]}
    place.known("AWS::KMS::Alias", *managed)
    client.create_alias(AliasName="alias/data", TargetKeyId=key)
    place.made("AWS::KMS::Alias", "alias/data", place.arn("kms", "alias/data"))
    grant = client.create_grant(
        KeyId=key, GranteePrincipal=place.role(), Operations=["Decrypt"]
    )["GrantId"]  # fmt: skip
    place.made("kms:grant", f"{key}/{grant}", None)


def secretsmanager(place: Place) -> None:
    """Make a secret."""
    client = place("secretsmanager")
    arn = client.create_secret(
        Name="database", SecretString="not-a-secret", Tags=place.pairs
    )["ARN"]  # fmt: skip
    place.made("AWS::SecretsManager::Secret", arn, arn, place.tags)


def acm(place: Place) -> None:
    """Request a certificate and import another."""
    client = place("acm")
    arn = client.request_certificate(
        DomainName="acme.example", ValidationMethod="DNS", Tags=place.pairs
    )["CertificateArn"]  # fmt: skip
    place.made("AWS::CertificateManager::Certificate", arn, arn, place.tags)
    pem, key = certificate()
    arn = client.import_certificate(Certificate=pem, PrivateKey=key)["CertificateArn"]
    place.made("AWS::CertificateManager::Certificate", arn, arn, {})


def acm_pca(place: Place) -> None:
    """Make a certificate authority."""
    arn = place("acm-pca").create_certificate_authority(
        CertificateAuthorityType="ROOT",
        CertificateAuthorityConfiguration={
            "KeyAlgorithm": "EC_prime256v1", "SigningAlgorithm": "SHA256WITHECDSA",
            "Subject": {"CommonName": "acme.example"},
        },
    )["CertificateAuthorityArn"]  # fmt: skip
    place.made("AWS::ACMPCA::CertificateAuthority", arn, arn, {})


def guardduty(place: Place) -> None:
    """Make a detector."""
    made = place("guardduty").create_detector(Enable=True, Tags=place.tags)["DetectorId"]
    arn = place.arn("guardduty", f"detector/{made}")
    place.made("AWS::GuardDuty::Detector", made, arn, place.tags)


def securityhub(place: Place) -> None:
    """Enable the hub."""
    place("securityhub").enable_security_hub(Tags=place.tags)
    arn = place.arn("securityhub", "hub/default")
    place.made("AWS::SecurityHub::Hub", arn, arn, None)


def cloudhsmv2(place: Place) -> None:
    """Make a cluster."""
    client = place("cloudhsmv2")
    made = client.create_cluster(
        HsmType="hsm1.medium", SubnetIds=place.kept["subnets"], TagList=place.pairs
    )["Cluster"]["ClusterId"]  # fmt: skip
    arn = place.arn("cloudhsm", f"cluster/{made}")
    place.made("AWS::CloudHSM::Cluster", made, arn, place.tags)


def ram(place: Place) -> None:
    """Share a subnet."""
    share = place("ram").create_resource_share(name="subnets")
    arn = share["resourceShare"]["resourceShareArn"]
    place.made("AWS::RAM::ResourceShare", arn, arn, {})


def ds(place: Place) -> None:
    """Make a directory."""
    with place.side_effects():
        made = place("ds").create_directory(
            Name="corp.acme.example", Password="Not-a-Secret-7", Size="Small",
            VpcSettings={"VpcId": place.kept["vpc"], "SubnetIds": place.kept["subnets"]},
            Tags=place.pairs,
        )["DirectoryId"]  # fmt: skip
    place.kept["directory"] = made
    place.made("ds:directory", made, place.arn("ds", f"directory/{made}"), place.tags)


def cognito_idp(place: Place) -> None:
    """Make a user pool with a client and a group."""
    client = place("cognito-idp")
    pool = client.create_user_pool(PoolName="users", UserPoolTags=place.tags)["UserPool"]["Id"]
    arn = place.arn("cognito-idp", f"userpool/{pool}")
    place.made("AWS::Cognito::UserPool", pool, arn, place.tags)
    made = client.create_user_pool_client(UserPoolId=pool, ClientName="web")["UserPoolClient"]
    place.made("AWS::Cognito::UserPoolClient", made["ClientId"], None)
    client.create_group(UserPoolId=pool, GroupName="staff")
    place.made("AWS::Cognito::UserPoolGroup", f"{pool}/staff", None)


def cognito_identity(place: Place) -> None:
    """Make an identity pool."""
    made = place("cognito-identity").create_identity_pool(
        IdentityPoolName="guests", AllowUnauthenticatedIdentities=True, IdentityPoolTags=place.tags
    )["IdentityPoolId"]
    arn = place.arn("cognito-identity", f"identitypool/{made}")
    place.made("AWS::Cognito::IdentityPool", made, arn, place.tags)


def network_firewall(place: Place) -> None:
    """Make a firewall."""
    place("network-firewall").create_firewall(
        FirewallName="edge",
        FirewallPolicyArn=place.arn("network-firewall", "firewall-policy/strict"),
        VpcId=place.kept["vpc"],
        SubnetMappings=[{"SubnetId": place.kept["subnets"][0]}],
        Tags=place.pairs,
    )
    arn = place.arn("network-firewall", "firewall/edge")
    place.made("AWS::NetworkFirewall::Firewall", arn, arn, place.tags)


REGIONAL = {
    "network-firewall": network_firewall,
    "kms": kms,
    "secretsmanager": secretsmanager,
    "acm": acm,
    "acm-pca": acm_pca,
    "guardduty": guardduty,
    "securityhub": securityhub,
    "cloudhsmv2": cloudhsmv2,
    "ram": ram,
    "ds": ds,
    "cognito-idp": cognito_idp,
    "cognito-identity": cognito_identity,
}
AT_HOME = {}
ONCE = {"iam": iam, "shield": shield}
