"""Recipes for databases and caches, with what a scan must find of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.create.place import Place

PASSWORD = "not-a-secret-7"


def dynamodb(place: Place) -> None:
    """Make two tables and a backup."""
    client = place("dynamodb")
    for name, tags in (("orders", place.pairs), ("carts", [])):
        client.create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST", Tags=tags,
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )  # fmt: skip
        arn = place.arn("dynamodb", f"table/{name}")
        place.made("AWS::DynamoDB::Table", name, arn, place.tags if tags else {})
    made = client.create_backup(TableName="orders", BackupName="before")["BackupDetails"]
    place.made("AWS::DynamoDB::Backup", made["BackupArn"], made["BackupArn"])


def rds_beside(place: Place, client) -> None:
    """Note the automated snapshots, which AWS makes too, and moto's default parameter group."""
    for kind, operation, items, key in (
        ("DBSnapshot", "describe_db_snapshots", "DBSnapshots", "DBSnapshotIdentifier"),
        (
            "ClusterSnapshot", "describe_db_cluster_snapshots",
            "DBClusterSnapshots", "DBClusterSnapshotIdentifier",
        ),
    ):  # fmt: skip
        found = getattr(client, operation)(SnapshotType="automated")[items]
        place.known(f"AWS::RDS::{kind}", *(each[key] for each in found))
    groups = client.describe_db_parameter_groups()["DBParameterGroups"]
    place.known("AWS::RDS::DBParameterGroup", *(g["DBParameterGroupName"] for g in groups))


def rds_events(place: Place, client) -> None:
    """Subscribe to events."""
    client.create_event_subscription(
        SubscriptionName="alarms", SnsTopicArn=place.arn("sns", "alarms")
    )
    place.made("AWS::RDS::EventSubscription", "alarms", place.arn("rds", "es:alarms"), {})


def rds(place: Place) -> None:
    """Make an instance and a cluster, their snapshots, groups and a proxy."""
    client, kind = place("rds"), "AWS::RDS"
    tags, arn = place.tags, lambda rest: place.arn("rds", rest)
    client.create_db_instance(
        DBInstanceIdentifier="orders", Engine="postgres", DBInstanceClass="db.t3.micro",
        AllocatedStorage=20, MasterUsername="app", MasterUserPassword=PASSWORD, Tags=place.pairs,
    )  # fmt: skip
    place.made(f"{kind}::DBInstance", "orders", arn("db:orders"), tags)
    client.create_db_snapshot(
        DBInstanceIdentifier="orders", DBSnapshotIdentifier="before", Tags=place.pairs
    )
    place.made(f"{kind}::DBSnapshot", "before", arn("snapshot:before"), tags)
    client.create_db_cluster(
        DBClusterIdentifier="carts", Engine="aurora-postgresql", MasterUsername="app",
        MasterUserPassword=PASSWORD, Tags=place.pairs,
    )  # fmt: skip
    place.made(f"{kind}::DBCluster", "carts", arn("cluster:carts"), tags)
    client.create_db_cluster_snapshot(
        DBClusterIdentifier="carts", DBClusterSnapshotIdentifier="first", Tags=place.pairs
    )
    place.made(f"{kind}::ClusterSnapshot", "first", arn("cluster-snapshot:first"), tags)
    rds_beside(place, client)
    rds_events(place, client)
    client.create_db_subnet_group(
        DBSubnetGroupName="inner", DBSubnetGroupDescription="x",
        SubnetIds=place.kept["subnets"],
    )  # fmt: skip
    place.made(f"{kind}::DBSubnetGroup", "inner", arn("subgrp:inner"), {})
    parameters = {"DBParameterGroupFamily": "postgres16", "Description": "x"}
    client.create_db_parameter_group(DBParameterGroupName="fast", **parameters)
    place.made(f"{kind}::DBParameterGroup", "fast", arn("pg:fast"), {})
    client.create_db_cluster_parameter_group(DBClusterParameterGroupName="quick", **parameters)
    place.made(f"{kind}::DBClusterParameterGroup", "quick", arn("cluster-pg:quick"), {})
    made = client.create_db_proxy(
        DBProxyName="pool", EngineFamily="POSTGRESQL", RoleArn=place.role(),
        Auth=[{"AuthScheme": "SECRETS"}], VpcSubnetIds=place.kept["subnets"], Tags=place.pairs,
    )["DBProxy"]["DBProxyArn"]  # fmt: skip
    place.made(f"{kind}::DBProxy", "pool", made, tags)


def global_cluster(place: Place) -> None:
    """Make a cluster that spans regions."""
    place("rds").create_global_cluster(GlobalClusterIdentifier="world", Engine="aurora-postgresql")
    arn = f"arn:aws:rds::{place.account}:global-cluster:world"
    place.made("AWS::RDS::GlobalCluster", "world", arn, {})


def redshift(place: Place) -> None:
    """Make a cluster, its snapshot and groups."""
    client, kind = place("redshift"), "AWS::Redshift"
    client.create_cluster_subnet_group(
        ClusterSubnetGroupName="inner", Description="x", SubnetIds=place.kept["subnets"],
        Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("redshift", "subnetgroup:inner")
    place.made(f"{kind}::ClusterSubnetGroup", "inner", arn, place.tags)
    before = client.describe_cluster_parameter_groups()["ParameterGroups"]
    place.known(f"{kind}::ClusterParameterGroup", *(g["ParameterGroupName"] for g in before))
    client.create_cluster_parameter_group(
        ParameterGroupName="fast", ParameterGroupFamily="redshift-1.0", Description="x",
        Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("redshift", "parametergroup:fast")
    place.made(f"{kind}::ClusterParameterGroup", "fast", arn, place.tags)
    client.create_cluster(
        ClusterIdentifier="warehouse", NodeType="ra3.large", MasterUsername="app",
        MasterUserPassword="Not-a-Secret-7", ClusterSubnetGroupName="inner", Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("redshift", "cluster:warehouse")
    place.made(f"{kind}::Cluster", "warehouse", arn, place.tags)
    automated = client.describe_cluster_snapshots()["Snapshots"]
    place.known(f"{kind}::Snapshot", *(each["SnapshotIdentifier"] for each in automated))
    client.create_cluster_snapshot(
        ClusterIdentifier="warehouse", SnapshotIdentifier="before", Tags=place.pairs
    )
    arn = place.arn("redshift", "snapshot:warehouse/before")
    place.made(f"{kind}::Snapshot", "before", arn, place.tags)


def elasticache(place: Place) -> None:
    """Make a cluster, a subnet group, a replication group and a user."""
    client, kind = place("elasticache"), "AWS::ElastiCache"
    client.create_cache_subnet_group(
        CacheSubnetGroupName="inner", CacheSubnetGroupDescription="x",
        SubnetIds=place.kept["subnets"], Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("elasticache", "subnetgroup:inner")
    place.made(f"{kind}::SubnetGroup", "inner", arn, place.tags)
    client.create_cache_cluster(
        CacheClusterId="sessions", Engine="memcached", CacheNodeType="cache.t3.micro",
        NumCacheNodes=1, Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("elasticache", "cluster:sessions")
    place.made(f"{kind}::CacheCluster", "sessions", arn, place.tags)
    users = client.describe_users()["Users"]
    place.known(f"{kind}::User", *(each["UserId"] for each in users))
    client.create_user(
        UserId="app", UserName="app", Engine="redis", AccessString="on ~* +@all",
        Passwords=["not-a-secret-at-all"], Tags=place.pairs,
    )  # fmt: skip
    place.made(f"{kind}::User", "app", place.arn("elasticache", "user:app"), place.tags)
    client.create_replication_group(
        ReplicationGroupId="carts", ReplicationGroupDescription="x", Engine="redis",
        CacheNodeType="cache.t3.micro", NumCacheClusters=1, Tags=place.pairs,
    )  # fmt: skip
    arn = place.arn("elasticache", "replicationgroup:carts")
    place.made(f"{kind}::ReplicationGroup", "carts", arn, place.tags)


def memorydb(place: Place) -> None:
    """Make a cluster, a subnet group, a user and a snapshot."""
    client, kind = place("memorydb"), "AWS::MemoryDB"
    users = client.describe_users()["Users"]
    place.known(f"{kind}::User", *(each["Name"] for each in users))
    groups = client.describe_subnet_groups()["SubnetGroups"]
    place.known(f"{kind}::SubnetGroup", *(each["Name"] for each in groups))
    client.create_subnet_group(SubnetGroupName="inner", SubnetIds=place.kept["subnets"])
    place.made(f"{kind}::SubnetGroup", "inner", place.arn("memorydb", "subnetgroup/inner"), {})
    client.create_user(
        UserName="app", AuthenticationMode={"Type": "iam"}, AccessString="on ~* +@all"
    )
    place.made(f"{kind}::User", "app", place.arn("memorydb", "user/app"), {})
    client.create_cluster(
        ClusterName="ranks", NodeType="db.t4g.small", ACLName="open-access",
        SubnetGroupName="inner",
    )  # fmt: skip
    place.made(f"{kind}::Cluster", "ranks", place.arn("memorydb", "cluster/ranks"), {})
    client.create_snapshot(ClusterName="ranks", SnapshotName="before")
    place.made(f"{kind}::Snapshot", "before", place.arn("memorydb", "snapshot/before"), {})


def dax(place: Place) -> None:
    """Make a cluster."""
    place("dax").create_cluster(
        ClusterName="hot", NodeType="dax.t3.small", ReplicationFactor=1,
        IamRoleArn=place.role(), Tags=place.pairs,
    )  # fmt: skip
    place.made("AWS::DAX::Cluster", "hot", place.arn("dax", "cache/hot"), place.tags)


def dms(place: Place) -> None:
    """Make a replication: subnet group, instance, endpoints, task."""
    client, kind = place("dms"), "AWS::DMS"
    client.create_replication_subnet_group(
        ReplicationSubnetGroupIdentifier="inner", ReplicationSubnetGroupDescription="x",
        SubnetIds=place.kept["subnets"],
    )  # fmt: skip
    arn = place.arn("dms", "subgrp:inner")
    place.made(f"{kind}::ReplicationSubnetGroup", "inner", arn, {})
    instance = client.create_replication_instance(
        ReplicationInstanceIdentifier="mover", ReplicationInstanceClass="dms.t3.micro",
        Tags=place.pairs,
    )["ReplicationInstance"]["ReplicationInstanceArn"]  # fmt: skip
    place.made(f"{kind}::ReplicationInstance", instance, instance, place.tags)
    ends = {}
    for end in ("source", "target"):
        ends[end] = client.create_endpoint(
            EndpointIdentifier=end, EndpointType=end, EngineName="postgres", ServerName="x",
            Tags=place.pairs,
        )["Endpoint"]["EndpointArn"]  # fmt: skip
        place.made(f"{kind}::Endpoint", ends[end], ends[end], place.tags)
    task = client.create_replication_task(
        ReplicationTaskIdentifier="all", SourceEndpointArn=ends["source"],
        TargetEndpointArn=ends["target"], ReplicationInstanceArn=instance,
        MigrationType="full-load", TableMappings="{}", Tags=place.pairs,
    )["ReplicationTask"]["ReplicationTaskArn"]  # fmt: skip
    place.made(f"{kind}::ReplicationTask", task, task, place.tags)


def dsql(place: Place) -> None:
    """Make a cluster."""
    made = place("dsql").create_cluster(deletionProtectionEnabled=False, tags=place.tags)
    arn = place.arn("dsql", f"cluster/{made['identifier']}")
    place.made("AWS::DSQL::Cluster", made["identifier"], arn, place.tags)


def timestream_influxdb(place: Place) -> None:
    """Make an instance."""
    made = place("timestream-influxdb").create_db_instance(
        name="metrics", password=PASSWORD, dbInstanceType="db.influx.medium",
        vpcSubnetIds=place.kept["subnets"], vpcSecurityGroupIds=[place.kept["group"]],
        allocatedStorage=20, tags=place.tags,
    )  # fmt: skip
    place.made("AWS::Timestream::InfluxDBInstance", made["id"], made["arn"], place.tags)


def opensearch(place: Place) -> None:
    """Make a domain."""
    place("opensearch").create_domain(DomainName="logs")
    arn = place.arn("es", "domain/logs")
    place.made("AWS::OpenSearchService::Domain", "logs", arn, {})


def opensearchserverless(place: Place) -> None:
    """Make a collection."""
    client = place("opensearchserverless")
    client.create_security_policy(
        name="own", type="encryption",
        policy=json.dumps(
            {
                "Rules": [{"ResourceType": "collection", "Resource": ["collection/logs"]}],
                "KmsARN": place.arn("kms", "key/0a1b2c3d"),
            }
        ),
    )  # fmt: skip
    made = client.create_collection(name="logs", tags=place.lower_pairs)["createCollectionDetail"][
        "id"
    ]
    arn = place.arn("aoss", f"collection/{made}")
    place.made("AWS::OpenSearchServerless::Collection", made, arn, place.tags)


REGIONAL = {
    "dynamodb": dynamodb,
    "rds": rds,
    "redshift": redshift,
    "elasticache": elasticache,
    "memorydb": memorydb,
    "dax": dax,
    "dms": dms,
    "timestream-influxdb": timestream_influxdb,
    "opensearch": opensearch,
    "opensearchserverless": opensearchserverless,
}
AT_HOME = {"dsql": dsql}
ONCE = {"rds (global)": global_cluster}
