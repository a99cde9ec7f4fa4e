"""S3's ListBuckets with regions and pages, which moto leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.s3.models import s3_backends

from scanner.simulation.wire import element, xml_answer

if TYPE_CHECKING:
    from moto.s3.models import FakeBucket

    from scanner.simulation.wire import Answer, Request

_S3 = "http://s3.amazonaws.com/doc/2006-03-01/"
_MOST = 10_000  # AWS's own page limit


def list_buckets(request: Request, account_id: str) -> Answer:
    """Answer ListBuckets; the continuation token is the last name of the page before."""
    asked = request.parameters
    after = asked.get("continuation-token", "")
    prefix = asked.get("prefix", "")
    buckets = [
        bucket
        for name, bucket in sorted(s3_backends[account_id]["aws"].buckets.items())
        if name > after and name.startswith(prefix)
        if bucket.region_name == asked.get("bucket-region", bucket.region_name)
    ]
    limit = int(asked.get("max-buckets", _MOST))
    page = buckets[:limit]
    more = element("ContinuationToken", page[-1].name) if len(buckets) > limit else ""
    owner = f"<Owner>{element('ID', account_id)}</Owner>"
    listed = f"<Buckets>{''.join(map(_bucket, page))}</Buckets>"
    return xml_answer(
        f'<ListAllMyBucketsResult xmlns="{_S3}">{owner}{listed}{more}</ListAllMyBucketsResult>'
    )


def _bucket(bucket: FakeBucket) -> str:
    text = (
        element("Name", bucket.name)
        + element("CreationDate", bucket.creation_date_ISO8601)
        + element("BucketRegion", bucket.region_name)
        + element("BucketArn", f"arn:aws:s3:::{bucket.name}")
    )
    return f"<Bucket>{text}</Bucket>"
