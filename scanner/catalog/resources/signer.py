"""AWS Signer: signing profiles; no jobs."""

from scanner.model.resource import Call, ResourceType

SIGNING_PROFILE = ResourceType(
    "AWS::Signer::SigningProfile",
    service="signer",
    list=Call("ListSigningProfiles", out="profiles"),
    id="profileName",
    name="profileName",
    arn="arn",
    tags="tags",
)
