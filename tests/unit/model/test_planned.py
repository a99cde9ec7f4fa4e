import pytest

from scanner.model.errors import CallError, Denied, Unavailable
from scanner.model.planned import Why, why_of


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (
            CallError("sqs:GetQueueAttributes", "AWS.SimpleQueueService.NonExistentQueue", ""),
            "gone",
        ),
        (CallError("ec2:DescribeVolumes", "InvalidVolume.NotFound", ""), "gone"),
        (Denied("s3:GetBucketPolicy", "AccessDenied", ""), "denied"),
        (Unavailable("s3:GetBucketPolicy", "InternalError", ""), "error"),
        (CallError("s3:GetBucketPolicy", "MalformedXML", ""), "error"),
    ],
)
def test_what_can_not_be_looked_at_is_gone_denied_or_failed(error, why):
    assert why_of(error) is Why(why)
