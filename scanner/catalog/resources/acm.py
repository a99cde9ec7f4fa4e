"""AWS Certificate Manager: certificates; no private keys."""

from scanner.model.resource import BULK, Call, ResourceType

# Unless asked, ACM lists certificates with RSA keys of 1024 and 2048 bits only.
_ALL_KEYS = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)

CERTIFICATE = ResourceType(
    "AWS::CertificateManager::Certificate",
    service="acm",
    list=Call(
        "ListCertificates", {"Includes": {"keyTypes": _ALL_KEYS}}, out="CertificateSummaryList"
    ),
    id="CertificateArn",
    name="DomainName",
    arn="CertificateArn",
    created="CreatedAt",
    each=(
        Call(
            "DescribeCertificate",
            {"CertificateArn": "$CertificateArn"},
            out="Certificate",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=BULK,
)
