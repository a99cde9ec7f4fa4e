"""Amazon ElastiCache: caches and their users; no entries."""

from scanner.model.resource import BULK, Call, ResourceType

CACHE_CLUSTER = ResourceType(
    "AWS::ElastiCache::CacheCluster",
    service="elasticache",
    list=Call("DescribeCacheClusters", {"ShowCacheNodeInfo": True}, out="CacheClusters"),
    id="CacheClusterId",
    name="CacheClusterId",
    arn="ARN",
    created="CacheClusterCreateTime",
    tags=BULK,
)

PARAMETER_GROUP = ResourceType(
    "AWS::ElastiCache::ParameterGroup",
    service="elasticache",
    list=Call("DescribeCacheParameterGroups", out="CacheParameterGroups"),
    id="CacheParameterGroupName",
    name="CacheParameterGroupName",
    arn="ARN",
    tags=BULK,
)

REPLICATION_GROUP = ResourceType(
    "AWS::ElastiCache::ReplicationGroup",
    service="elasticache",
    list=Call("DescribeReplicationGroups", out="ReplicationGroups"),
    id="ReplicationGroupId",
    name="ReplicationGroupId",
    arn="ARN",
    created="ReplicationGroupCreateTime",
    tags=BULK,
)

SERVERLESS_CACHE = ResourceType(
    "AWS::ElastiCache::ServerlessCache",
    service="elasticache",
    list=Call("DescribeServerlessCaches", out="ServerlessCaches"),
    id="ServerlessCacheName",
    name="ServerlessCacheName",
    arn="ARN",
    created="CreateTime",
    tags=BULK,
)

SNAPSHOT = ResourceType(
    "AWS::ElastiCache::Snapshot",
    service="elasticache",
    list=Call("DescribeSnapshots", out="Snapshots"),
    id="SnapshotName",
    name="SnapshotName",
    arn="ARN",
    tags=BULK,
)

SUBNET_GROUP = ResourceType(
    "AWS::ElastiCache::SubnetGroup",
    service="elasticache",
    list=Call("DescribeCacheSubnetGroups", out="CacheSubnetGroups"),
    id="CacheSubnetGroupName",
    name="CacheSubnetGroupName",
    arn="ARN",
    tags=BULK,
)

USER = ResourceType(
    "AWS::ElastiCache::User",
    service="elasticache",
    list=Call("DescribeUsers", out="Users"),
    id="UserId",
    name="UserName",
    arn="ARN",
    tags=BULK,
)

USER_GROUP = ResourceType(
    "AWS::ElastiCache::UserGroup",
    service="elasticache",
    list=Call("DescribeUserGroups", out="UserGroups"),
    id="UserGroupId",
    name="UserGroupId",
    arn="ARN",
    tags=BULK,
)
