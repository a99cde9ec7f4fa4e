"""AWS Database Migration Service: instances, endpoints and tasks; no passwords."""

from scanner.model.resource import BULK, Call, ResourceType

CERTIFICATE = ResourceType(
    "AWS::DMS::Certificate",
    service="dms",
    list=Call("DescribeCertificates", out="Certificates"),
    id="CertificateArn",
    name="CertificateIdentifier",
    arn="CertificateArn",
    tags=BULK,
    redact=("CertificatePem", "CertificateWallet"),
)

ENDPOINT = ResourceType(
    "AWS::DMS::Endpoint",
    service="dms",
    list=Call("DescribeEndpoints", out="Endpoints"),
    id="EndpointArn",
    name="EndpointIdentifier",
    arn="EndpointArn",
    tags=BULK,
    redact=(
        "ExtraConnectionAttributes",
        "MongoDbSettings.Password",
        "KafkaSettings.SslClientKeyPassword",
        "KafkaSettings.SaslPassword",
        "RedshiftSettings.Password",
        "PostgreSQLSettings.Password",
        "MySQLSettings.Password",
        "OracleSettings.AsmPassword",
        "OracleSettings.Password",
        "SybaseSettings.Password",
        "MicrosoftSQLServerSettings.Password",
        "IBMDb2Settings.Password",
        "DocDbSettings.Password",
        "RedisSettings.AuthPassword",
        "GcpMySQLSettings.Password",
    ),
)

REPLICATION_INSTANCE = ResourceType(
    "AWS::DMS::ReplicationInstance",
    service="dms",
    list=Call("DescribeReplicationInstances", out="ReplicationInstances"),
    id="ReplicationInstanceArn",
    name="ReplicationInstanceIdentifier",
    arn="ReplicationInstanceArn",
    created="InstanceCreateTime",
    tags=BULK,
)

REPLICATION_SUBNET_GROUP = ResourceType(
    "AWS::DMS::ReplicationSubnetGroup",
    service="dms",
    list=Call("DescribeReplicationSubnetGroups", out="ReplicationSubnetGroups"),
    id="ReplicationSubnetGroupIdentifier",
    name="ReplicationSubnetGroupIdentifier",
    arn="arn:{partition}:dms:{region}:{account}:subgrp:{ReplicationSubnetGroupIdentifier}",
    tags=BULK,
)

REPLICATION_TASK = ResourceType(
    "AWS::DMS::ReplicationTask",
    service="dms",
    list=Call("DescribeReplicationTasks", {"WithoutSettings": True}, out="ReplicationTasks"),
    id="ReplicationTaskArn",
    name="ReplicationTaskIdentifier",
    arn="ReplicationTaskArn",
    created="ReplicationTaskCreationDate",
    tags=BULK,
)
