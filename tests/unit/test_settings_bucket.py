"""An output in S3 is told from one on disk, and what S3 would refuse is refused at once."""

from pathlib import Path

import pytest

from scanner.model.errors import SettingsError
from scanner.settings import Settings, bucket_of, spelled


@pytest.mark.parametrize(
    ("given", "bucket", "prefix", "shown"),
    [
        ("s3://my-bucket", "my-bucket", "", "s3://my-bucket"),
        ("s3://my-bucket/a/b/", "my-bucket", "a/b", "s3://my-bucket/a/b"),
        ("scan", None, "", "scan"),
        ("/var/s3:/x", None, "", "/var/s3:/x"),
        (".", None, "", "."),
    ],
)
def test_the_place_of_an_output(given, bucket, prefix, shown):
    settings = Settings.of(out=given)
    assert bucket_of(settings.out) == (bucket, prefix)
    assert spelled(settings.out) == settings.public()["out"] == shown
    assert bucket_of(Path(given)) == (bucket, prefix)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"out": "s3://"}, "--out: '' is not the name of a bucket"),
        ({"out": "s3://My_Bucket/x"}, "--out: 'My_Bucket' is not the name of a bucket"),
        ({"out": "s3://bucket/a/../b"}, "--out: 'a/../b' is not a prefix"),
        ({"out": "s3://bucket/a\nb"}, "is not a prefix"),
        ({"out_kms_key": "my key"}, "--out-kms-key: must be the id, the ARN or an alias"),
        ({"out_owner": "12345"}, "--out-owner: must be an account id"),
        ({"out_storage_class": "GLACIER"}, "--out-storage-class: Input should be 'STANDARD'"),
        ({"out_tag": ["a"]}, "--out-tag: must be KEY=VALUE"),
        ({"out_tag": ["a=<b>"]}, "--out-tag: 'a' makes no tag"),
        ({"out_tag": ["a=" + "b" * 257]}, "--out-tag: 'a' makes no tag"),
        ({"out_tag": [f"k{n}=v" for n in range(11)]}, "--out-tag: an object can have 10 tags"),
    ],
)
def test_what_s3_would_refuse_is_refused(options, said):
    with pytest.raises(SettingsError) as caught:
        Settings.of(**options)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value).replace(repr("\n"), "")
