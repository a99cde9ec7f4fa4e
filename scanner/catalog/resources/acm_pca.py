"""AWS Private CA: certificate authorities."""

from scanner.model.resource import BULK, Call, ResourceType

CERTIFICATE_AUTHORITY = ResourceType(
    "AWS::ACMPCA::CertificateAuthority",
    service="acm-pca",
    list=Call("ListCertificateAuthorities", out="CertificateAuthorities"),
    id="Arn",
    arn="Arn",
    created="CreatedAt",
    tags=BULK,
)
