"""The bucket as a store of objects, against moto's server: conditions, parts, lost answers."""

import boto3
import pytest

from scanner.aws.objects import PART, S3Objects, open_objects
from scanner.aws.place import Place
from scanner.model.errors import CallError, ChangeRefused, OutputError
from scanner.model.objects import ABSENT
from tests.unit.app.support import point_here

BUCKET = "objects-bucket"
BIG = [bytes([number]) * (PART // 2) for number in range(5)]


@pytest.fixture
def s3(moto, monkeypatch):
    keys = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "us-east-1"}
    point_here(monkeypatch, {"AWS_ENDPOINT_URL": moto, "AWS_EC2_METADATA_DISABLED": "true", **keys})
    client = boto3.client("s3", endpoint_url=moto, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=each["Key"])
    client.delete_bucket(Bucket=BUCKET)
    client.close()


@pytest.fixture
def store(s3):
    with open_objects(Place(BUCKET, "in/here"), None, "scanner/test") as found:
        yield found


class Faulty:
    """Calls that fail by plan: before they are sent, or after, so that the answer is lost."""

    def __init__(self, calls, operation, *, number=1, after=False, code="RequestTimeout"):
        self.calls = calls
        self.operation = operation
        self.left = number
        self.after = after
        self.code = code

    async def make(self, operation, params):
        strikes = operation == self.operation and self._counted()
        if not strikes or self.after:
            answer = await self.calls.make(operation, params)
        if strikes:
            raise CallError(operation, self.code, "as planned")
        return answer

    async def read(self, params):
        return await self.calls.read(params)

    def _counted(self):
        self.left -= 1
        return self.left == 0


def faulty(store, operation, **how):
    return S3Objects(store._place, store._portal, Faulty(store._calls, operation, **how))


def uploads(s3):
    return s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])


def test_an_object_is_written_read_listed_and_removed(store, s3):
    tag = store.put("a/b", [b"one ", b"two"])
    store.put("a/c/d", [])

    assert store.get("a/b") == (b"one two", tag)
    assert store.read("a/b", 4, 10) == b"two"
    assert store.read("a/b", 7, 10) == b""
    assert (store.size("a/b"), store.size("a/c/d"), store.size("nothing")) == (7, 0, None)
    assert store.get("nothing") is None
    assert list(store.find("a/")) == [("a/b", 7), ("a/c/d", 0)]
    assert store.names("a/") == ["b", "c"]
    assert s3.head_object(Bucket=BUCKET, Key="in/here/a/b")["ContentLength"] == 7
    store.delete(["a/b", "a/c/d", "nothing"])
    assert list(store.find("")) == []


def test_conditions_let_one_of_two_writers_win(store):
    first = store.put("x", [b"1"], ABSENT)
    assert store.put("x", [b"2"], ABSENT) is None
    second = store.put("x", [b"3"], first)
    assert store.put("x", [b"4"], first) is None
    assert store.get("x") == (b"3", second)
    assert store.put("gone", [b"5"], first) is None


def test_much_is_sent_in_parts_and_conditions_hold_for_it_too(store, s3):
    tag = store.put("big", iter(BIG), ABSENT)

    assert tag.endswith('-3"')
    assert store.get("big").body == b"".join(BIG)
    assert store.put("big", iter(BIG), ABSENT) is None
    assert uploads(s3) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_failing_part_leaves_no_upload(store, s3, number):
    with pytest.raises(OutputError, match=r"in/here/big: .*as planned"):
        faulty(store, "UploadPart", number=number).put("big", iter(BIG))

    assert uploads(s3) == []
    assert store.size("big") is None


def test_pieces_that_fail_leave_no_upload(store, s3):
    def pieces():
        yield from BIG
        raise OutputError("the disk is gone")

    with pytest.raises(OutputError, match="the disk is gone"):
        store.put("big", pieces())
    assert uploads(s3) == []


@pytest.mark.parametrize(
    ("operation", "body"), [("PutObject", [b"1"]), ("CompleteMultipartUpload", BIG)]
)
@pytest.mark.parametrize("expected", [ABSENT, None])
def test_a_write_whose_answer_was_lost_is_ours(store, s3, operation, body, expected):
    shaky = faulty(store, operation, after=True, code="PreconditionFailed")

    tag = shaky.put("x", iter(body), expected)

    assert store.get("x") == (b"".join(body), tag)
    assert uploads(s3) == []


def test_uploads_of_others_stay(store, s3):
    for key in ("in/here/runs/a", "in/here/runs/b", "in/here/other/a", "elsewhere/a"):
        s3.create_multipart_upload(Bucket=BUCKET, Key=key)

    assert store.abort_uploads("runs/", lambda key: key.endswith("/a")) == 1

    left = sorted(each["Key"] for each in uploads(s3))
    assert left == ["elsewhere/a", "in/here/other/a", "in/here/runs/b"]
    for each in uploads(s3):
        s3.abort_multipart_upload(Bucket=BUCKET, Key=each["Key"], UploadId=each["UploadId"])


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("PutObject", {"Bucket": BUCKET, "Key": "in/there/x"}),
        ("PutObject", {"Bucket": BUCKET, "Key": "in/here"}),
        ("PutObject", {"Bucket": "another", "Key": "in/here/x"}),
        ("DeleteObjects", {"Bucket": BUCKET, "Delete": {"Objects": [{"Key": "in/there"}]}}),
        ("DeleteBucket", {"Bucket": BUCKET}),
        ("PutBucketPolicy", {"Bucket": BUCKET, "Policy": "{}"}),
        ("PutObjectAcl", {"Bucket": BUCKET, "Key": "in/here/x", "ACL": "public-read"}),
    ],
)
def test_the_client_of_the_output_writes_nowhere_else(store, operation, params):
    async def call():
        calls = store._calls
        await calls.make(operation, params)

    with pytest.raises((ChangeRefused, CallError), match="may change something"):
        store._portal.call(call)


class Recorded:
    """Calls that are noted."""

    def __init__(self, calls):
        self.calls = calls
        self.seen = {}

    async def make(self, operation, params):
        self.seen[operation] = params
        return await self.calls.make(operation, params)

    async def read(self, params):
        self.seen["GetObject"] = params
        return await self.calls.read(params)


def test_every_call_names_the_owner_that_the_bucket_must_have(store, s3):
    recorded = Recorded(store._calls)
    owned = S3Objects(Place(BUCKET, "in/here", owner="123456789012"), store._portal, recorded)
    s3.create_multipart_upload(Bucket=BUCKET, Key="in/here/old")
    owned.abort_uploads("", lambda key: True)
    owned.put("x", [b"1"], ABSENT)
    owned.put("big", iter(BIG))
    owned.copy("x", "y")
    assert (owned.get("y").body, owned.size("y")) == (b"1", 1)
    owned.delete([each.key for each in owned.find("")])

    assert len(recorded.seen) == 11
    assert {each["ExpectedBucketOwner"] for each in recorded.seen.values()} == {"123456789012"}
    assert recorded.seen["CopyObject"]["ExpectedSourceBucketOwner"] == "123456789012"
