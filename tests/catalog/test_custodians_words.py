"""Actions as people write them for Cloud Custodian are read as they stand."""

import pytest
import yaml

from scanner.catalog import Catalog
from scanner.catalog.actions import actions
from scanner.model.errors import SettingsError
from scanner.policies.actions import chosen_actions
from scanner.policies.syntax import Located

KNOWN = actions(Catalog.load().types.values())
WRITTEN = """
AWS::S3::Bucket:
  - {type: set-public-block, state: true, BlockPublicAcls: true}
  - {type: set-bucket-encryption, enabled: true, crypto: "aws:kms", key: alias/a, bucket-key: true}
  - {type: toggle-versioning, enabled: true}
  - {type: toggle-logging, target_bucket: logs, target_prefix: "{account}/{source_bucket_name}/"}
  - {type: remove-statements, statement_ids: matched}
  - {type: mark-for-op, op: delete, days: 7, tag: c7n, msg: "Unused: {op}@{action_date}", tz: utc}
AWS::EC2::Instance:
  - stop
  - {type: terminate, force: true}
  - {type: set-metadata-access, tokens: required, hop-limit: 2}
  - {type: set-monitoring, state: enable}
  - {type: tag, tag: owner, value: ann}
  - {type: remove-tag, tags: [owner]}
  - {type: rename-tag, old_key: Owner, new_key: owner}
AWS::EC2::SecurityGroup:
  - {type: remove-permissions, ingress: matched, egress: all}
AWS::EC2::VPC:
  - {type: set-flow-log, state: true, attrs: {LogDestination: "arn:aws:s3:::flows", TrafficType: REJECT}}
  - {type: set-flow-log, LogGroupName: flows, DeliverLogsPermissionArn: "arn:aws:iam::1:role/r"}
ec2:snapshot:
  - {type: set-permissions, remove: ["123456789012"]}
AWS::RDS::DBSnapshot:
  - {type: set-permissions, remove: [all]}
AWS::RDS::DBInstance:
  - {type: modify-db, update: [{property: DeletionProtection, value: true}], immediate: true}
  - {type: set-public-access, state: false}
AWS::RDS::DBCluster:
  - {type: modify-db-cluster, attributes: {DeletionProtection: true}}
AWS::CloudTrail::Trail:
  - {type: update-trail, attributes: {EnableLogFileValidation: true}}
AWS::EKS::Cluster:
  - type: update-config
    resourcesVpcConfig: {endpointPublicAccess: false}
    logging: {clusterLogging: [{types: [audit], enabled: true}]}
AWS::DynamoDB::Table:
  - {type: update, DeletionProtectionEnabled: true}
  - {type: set-continuous-backup, state: true}
AWS::SQS::Queue:
  - {type: set-encryption, key: alias/a, enabled: true}
AWS::Logs::LogGroup:
  - {type: retention, days: 365}
AWS::AutoScaling::AutoScalingGroup:
  - {type: suspend, processes: [Launch]}
AWS::IAM::Role:
  - {type: set-policy, state: detached, arn: "arn:aws:iam::aws:policy/AdministratorAccess"}
AWS::SecretsManager::Secret:
  - {type: delete, recovery_days: 7}
"""


@pytest.mark.parametrize(("of", "given"), yaml.safe_load(WRITTEN).items())
def test_what_custodian_takes_is_taken(of, given):
    chosen = chosen_actions(Located({"actions": given}), of, KNOWN)

    assert [each.action.name for each in chosen] == [
        each if isinstance(each, str) else each["type"] for each in given
    ]


@pytest.mark.parametrize(
    ("of", "given"),
    [
        ("AWS::RDS::DBInstance", {"type": "modify-db", "update": [{"property": "X", "value": 1}]}),
        ("AWS::SQS::Queue", {"type": "set-encryption", "enabled": False}),
        ("ec2:snapshot", {"type": "set-permissions", "remove": "matched"}),
        ("AWS::S3::Bucket", {"type": "tag", "key": "aws:mine"}),
        ("AWS::S3::Bucket", {"type": "mark-for-op", "tz": "EST"}),
        ("AWS::Logs::LogGroup", {"type": "retention", "days": 2}),
    ],
)
def test_what_would_mean_something_else_here_is_refused(of, given):
    with pytest.raises(SettingsError):
        chosen_actions(Located({"actions": [given]}), of, KNOWN)
