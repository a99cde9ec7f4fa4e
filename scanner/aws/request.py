"""Name an API call, and tell those that only read from those that may change something."""

from __future__ import annotations

import re
from dataclasses import dataclass

READ_VERBS = (
    "BatchDescribe", "BatchGet", "Check", "Describe", "Get", "Head", "List", "Lookup", "Query",
    "Search", "Select",
)  # fmt: skip
DISGUISED = frozenset({
    "cognito-identity:GetId",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "cognito-idp:GetTokensFromRefreshToken",
    "license-manager:CheckInLicense",
    "lightsail:GetInstanceAccessDetails",
    "redshift:GetClusterCredentials",
    "redshift-serverless:GetCredentials",
    "sagemaker:GetScalingConfigurationRecommendation",
    "stepfunctions:GetActivityTask",
})  # fmt: skip
"""Named like reads, yet they make or take something: identities, users, keys, jobs, tasks."""
ASSUME = "sts:AssumeRole"
READS = re.compile(f"({'|'.join(READ_VERBS)})(?![a-z])")


@dataclass(frozen=True, slots=True)
class Request:
    """One API call, as limits and messages name it."""

    service: str
    region: str
    operation: str

    @property
    def reads(self) -> bool:
        """Say whether the call can't change anything; entering a role counts as reading."""
        name = f"{self.service}:{self.operation}"
        return name == ASSUME or (bool(READS.match(self.operation)) and name not in DISGUISED)
