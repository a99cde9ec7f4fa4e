"""Name an API call, and tell those that only read from those that are refused, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

READ_VERBS = (
    "BatchDescribe", "BatchGet", "Check", "Describe", "Get", "Head", "List", "Lookup", "Query",
    "Search", "Select",
)  # fmt: skip
DISGUISED = frozenset({
    "cognito-identity:GetId",
    "license-manager:CheckInLicense",
    "sagemaker:GetScalingConfigurationRecommendation",
    "stepfunctions:GetActivityTask",
})  # fmt: skip
"""Named like reads, yet they make or take something: identities, jobs, tasks."""

CREDENTIALS = frozenset({
    "amplifybackend:GetToken",
    "bedrock-agentcore:GetResourceApiKey",
    "bedrock-agentcore:GetResourceOauth2Token",
    "bedrock-agentcore:GetWorkloadAccessToken",
    "bedrock-agentcore:GetWorkloadAccessTokenForJWT",
    "bedrock-agentcore:GetWorkloadAccessTokenForUserId",
    "chime-sdk-meetings:GetAttendee",
    "chime-sdk-meetings:ListAttendees",
    "codeartifact:GetAuthorizationToken",
    "codepipeline:GetJobDetails",
    "codepipeline:GetThirdPartyJobDetails",
    "cognito-identity:GetCredentialsForIdentity",
    "cognito-identity:GetOpenIdToken",
    "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
    "cognito-idp:GetTokensFromRefreshToken",
    "connect:GetFederationToken",
    "datazone:GetEnvironmentCredentials",
    "datazone:GetIamPortalLoginUrl",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:GetPasswordData",
    "ecr-public:GetAuthorizationToken",
    "ecr:GetAuthorizationToken",
    "emr-containers:GetManagedEndpointSessionCredentials",
    "emr-serverless:GetDashboardForJobRun",
    "emr:GetClusterSessionCredentials",
    "emr:GetOnClusterAppUIPresignedURL",
    "emr:GetPersistentAppUIPresignedURL",
    "finspace-data:GetExternalDataViewAccessDetails",
    "finspace-data:GetProgrammaticAccessCredentials",
    "finspace:GetKxConnectionString",
    "gamelift:GetComputeAccess",
    "gamelift:GetComputeAuthToken",
    "gamelift:GetInstanceAccess",
    "kinesis-video-archived-media:GetDASHStreamingSessionURL",
    "kinesis-video-archived-media:GetHLSStreamingSessionURL",
    "kinesis-video-signaling:GetIceServerConfig",
    "lakeformation:GetTemporaryGluePartitionCredentials",
    "lakeformation:GetTemporaryGlueTableCredentials",
    "license-manager:GetAccessToken",
    "lightsail:GetInstanceAccessDetails",
    "lightsail:GetRelationalDatabaseMasterUserPassword",
    "m2:GetSignedBluinsightsUrl",
    "marketplace-reporting:GetBuyerDashboard",
    "pca-connector-scep:GetChallengePassword",
    "quicksight:GetDashboardEmbedUrl",
    "quicksight:GetSessionEmbedUrl",
    "redshift-serverless:GetCredentials",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "s3control:GetDataAccess",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "snowball:GetJobUnlockCode",
    "ssm:GetAccessToken",
    "sso:GetRoleCredentials",
    "sts:GetDelegatedAccessToken",
    "sts:GetFederationToken",
    "sts:GetSessionToken",
    "sts:GetWebIdentityToken",
})  # fmt: skip
"""Reads whose answer is a credential, a way in, or a screen that may show one.

Found in botocore's models by the members of the answers; two of sts are of later releases.
What describes a resource and has a secret among its members is redacted instead.
"""
ASSUME = "sts:AssumeRole"
READS = re.compile(f"({'|'.join(READ_VERBS)})(?![a-z])")


@dataclass(frozen=True, slots=True)
class Request:
    """One API call, as limits and messages name it; `granted` where it may write.

    What is to be sent `once` is not sent again where it may have happened.
    """

    service: str
    region: str
    operation: str
    granted: bool = False
    once: bool = False

    @property
    def refusal(self) -> str:
        """Say why the call must not be made, empty if it may; entering a role is no change."""
        name = f"{self.service}:{self.operation}"
        if self.granted or name == ASSUME:
            return ""
        if name in CREDENTIALS:
            return f"{name} hands out credentials"
        if READS.match(self.operation) and name not in DISGUISED:
            return ""
        return f"{name} may change something"
