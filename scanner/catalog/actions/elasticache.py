"""Amazon ElastiCache: how caches are kept; no data."""

from __future__ import annotations

from scanner.catalog.setting import Setting, on, option, switch
from scanner.model.change import Risk, Write
from scanner.model.resource import Call

_ONE = {"CacheClusterId": "$CacheClusterId"}

AUTO_PATCH = Setting(
    Call(
        "DescribeCacheClusters",
        _ONE,
        out="CacheClusters[0].AutoMinorVersionUpgrade",
        name="AutoMinorVersionUpgrade",
        absent=("CacheClusterNotFound",),
    ),
    option("minor"),
    lambda found, state: Write(
        "elasticache",
        "ModifyCacheCluster",
        on(found, _ONE) | {"AutoMinorVersionUpgrade": state, "ApplyImmediately": True},
    ),
).action(
    name="auto-patch",
    type="AWS::ElastiCache::CacheCluster",
    service="elasticache",
    does="let AWS upgrade a cache's minor versions",
    risk=Risk.LOW,
    options=(switch("minor"),),
    calls=("ModifyCacheCluster",),
)
