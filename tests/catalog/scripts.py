"""What AWS answers around the actions that moto can't do, and what those then send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.catalog.acting import Planted
from tests.catalog.violations import KEY


@dataclass(frozen=True)
class Script:
    """The answers of the reads by operation, before and after the writes; why not moto."""

    why: str
    planted: Planted
    first: Mapping[str, Any]
    writes: Sequence[tuple[str, Mapping[str, Any]]]
    then: Mapping[str, Any]
    undo: Sequence[tuple[str, Mapping[str, Any]]]


def monitoring(state: str) -> dict[str, Any]:
    one = {"InstanceId": "i-1", "Monitoring": {"State": state}}
    return {"DescribeInstances": {"Reservations": [{"Instances": [one]}]}}


def cluster(kinds: Sequence[str], *, public: bool, private: bool) -> dict[str, Any]:
    logs = [{"types": list(kinds), "enabled": True}, {"types": ["api"], "enabled": False}]
    access = {"endpointPublicAccess": public, "endpointPrivateAccess": private}
    one = {"status": "ACTIVE", "logging": {"clusterLogging": logs}, "resourcesVpcConfig": access}
    return {"DescribeCluster": {"cluster": one}}


def log_group(**more: str) -> dict[str, Any]:
    return {"DescribeLogGroups": {"logGroups": [{"logGroupName": "plain", **more}]}}


def table(**more: Any) -> dict[str, Any]:
    return {"DescribeTable": {"Table": {"TableStatus": "ACTIVE", **more}}}


def tracing(mode: str) -> dict[str, Any]:
    return {"GetFunctionConfiguration": {"TracingConfig": {"Mode": mode}}}


def backup(status: str) -> dict[str, Any]:
    return {"DescribeBackupPolicy": {"BackupPolicy": {"Status": status}}}


def cache(*, state: bool) -> dict[str, Any]:
    return {"DescribeCacheClusters": {"CacheClusters": [{"AutoMinorVersionUpgrade": state}]}}


_IDS = {"InstanceIds": ["i-1"]}
_LOGS = {"logGroupName": "plain"}
_TABLE = {"TableName": "plain"}
_EKS = {"name": "one"}
_FUNCTION = {"FunctionName": "untraced"}
_CACHE = {"CacheClusterId": "old", "ApplyImmediately": True}
_FILES = {"FileSystemId": "fs-12345678"}

SCRIPTS = {
    ("AWS::EC2::Instance", "set-monitoring"): Script(
        "moto has no MonitorInstances",
        Planted({"InstanceId": "i-1"}),
        monitoring("disabled"),
        [("MonitorInstances", _IDS)],
        monitoring("pending"),
        [("UnmonitorInstances", _IDS)],
    ),
    ("ec2:account", "set-snapshot-block-public-access"): Script(
        "moto has no EnableSnapshotBlockPublicAccess",
        Planted({"Id": "account"}),
        {"GetSnapshotBlockPublicAccessState": {"State": "block-new-sharing"}},
        [("EnableSnapshotBlockPublicAccess", {"State": "block-all-sharing"})],
        {"GetSnapshotBlockPublicAccessState": {"State": "block-all-sharing"}},
        [("EnableSnapshotBlockPublicAccess", {"State": "block-new-sharing"})],
    ),
    ("AWS::Logs::LogGroup", "set-encryption"): Script(
        "moto has no AssociateKmsKey",
        Planted(_LOGS, {"kms-key": KEY}),
        log_group(),
        [("AssociateKmsKey", {**_LOGS, "kmsKeyId": KEY})],
        log_group(kmsKeyId=KEY),
        [("DisassociateKmsKey", _LOGS)],
    ),
    ("AWS::DynamoDB::Table", "set-encryption"): Script(
        "moto's UpdateTable leaves the encryption as it is",
        Planted(_TABLE, {"key": KEY}),
        table(),
        [
            (
                "UpdateTable",
                {
                    **_TABLE,
                    "SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
                },
            )
        ],
        table(SSEDescription={"Status": "UPDATING", "KMSMasterKeyArn": KEY}),
        [("UpdateTable", {**_TABLE, "SSESpecification": {"Enabled": False}})],
    ),
    ("AWS::Lambda::Function", "set-xray-tracing"): Script(
        "moto's UpdateFunctionConfiguration leaves the tracing as it is",
        Planted(_FUNCTION),
        tracing("PassThrough"),
        [("UpdateFunctionConfiguration", {**_FUNCTION, "TracingConfig": {"Mode": "Active"}})],
        tracing("Active"),
        [("UpdateFunctionConfiguration", {**_FUNCTION, "TracingConfig": {"Mode": "PassThrough"}})],
    ),
    ("AWS::EFS::FileSystem", "set-backup-policy"): Script(
        "moto has no PutBackupPolicy",
        Planted(_FILES),
        backup("DISABLED"),
        [("PutBackupPolicy", {**_FILES, "BackupPolicy": {"Status": "ENABLED"}})],
        backup("ENABLING"),
        [("PutBackupPolicy", {**_FILES, "BackupPolicy": {"Status": "DISABLED"}})],
    ),
    ("AWS::ElastiCache::CacheCluster", "auto-patch"): Script(
        "moto has no ModifyCacheCluster",
        Planted({"CacheClusterId": "old"}),
        cache(state=False),
        [("ModifyCacheCluster", {**_CACHE, "AutoMinorVersionUpgrade": True})],
        cache(state=True),
        [("ModifyCacheCluster", {**_CACHE, "AutoMinorVersionUpgrade": False})],
    ),
    ("AWS::EKS::Cluster", "update-config"): Script(
        "moto has no UpdateClusterConfig",
        Planted(
            _EKS,
            {
                "logging": {"clusterLogging": [{"types": ["audit", "api"], "enabled": True}]},
                "resourcesVpcConfig": {
                    "endpointPublicAccess": False,
                    "endpointPrivateAccess": True,
                },
            },
        ),
        cluster(["audit"], public=True, private=True),
        [
            (
                "UpdateClusterConfig",
                {**_EKS, "logging": {"clusterLogging": [{"types": ["api"], "enabled": True}]}},
            ),
            (
                "UpdateClusterConfig",
                {**_EKS, "resourcesVpcConfig": {"endpointPublicAccess": False}},
            ),
        ],
        cluster(["audit", "api"], public=False, private=True),
        [
            (
                "UpdateClusterConfig",
                {**_EKS, "logging": {"clusterLogging": [{"types": ["api"], "enabled": False}]}},
            ),
            (
                "UpdateClusterConfig",
                {**_EKS, "resourcesVpcConfig": {"endpointPublicAccess": True}},
            ),
        ],
    ),
}
"""The actions that no test can watch in moto, each with the reason."""
