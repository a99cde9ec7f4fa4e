"""AWS Account Management: whom AWS writes to about the account; no regions."""

from scanner.model.resource import Call, ResourceType

CONTACTS = ResourceType(
    "account:contacts",
    service="account",
    scope="global",
    list=Call(
        "GetContactInformation", out="[{Id: 'account', ContactInformation: ContactInformation}]"
    ),
    id="Id",
    each=(
        Call(
            "GetAlternateContact",
            {"AlternateContactType": "BILLING"},
            out="AlternateContact",
            name="Billing",
            absent=("ResourceNotFoundException",),
        ),
        Call(
            "GetAlternateContact",
            {"AlternateContactType": "OPERATIONS"},
            out="AlternateContact",
            name="Operations",
            absent=("ResourceNotFoundException",),
        ),
        Call(
            "GetAlternateContact",
            {"AlternateContactType": "SECURITY"},
            out="AlternateContact",
            name="Security",
            absent=("ResourceNotFoundException",),
        ),
    ),
)
