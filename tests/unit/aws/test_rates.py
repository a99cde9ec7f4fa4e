import re

import pytest
from botocore.loaders import Loader

from scanner.aws import rates
from scanner.aws.rates import Rate, bucket_above, bucket_of, rate_of, rate_of_bucket
from scanner.aws.request import Request

OWN = sorted(rates._OWN)
SERVICES = sorted({*rates._EACH, *rates._WHOLE})
WORDS = {"once": 1, "one": 1, "five": 5}


@pytest.fixture(scope="module")
def model_of():
    loader, models = Loader(), {}

    def load(service):
        if service not in models:
            models[service] = loader.load_service_model(service, "service-2")
        return models[service]

    return load


@pytest.mark.parametrize("name", OWN)
def test_a_known_operation_exists_and_reads(name, model_of):
    service, operation = name.split(":")
    assert operation in model_of(service)["operations"]
    assert not Request(service, "eu-west-1", operation).refusal


@pytest.mark.parametrize("service", SERVICES)
def test_a_known_service_exists(service, model_of):
    assert model_of(service)["operations"]


@pytest.mark.parametrize("name", sorted(rates._OF_MODELS))
def test_a_rate_said_to_be_of_the_models_is_what_the_model_says(name, model_of):
    service, operation = name.split(":")
    text = re.sub(r"<[^>]+>|\s+", " ", model_of(service)["operations"][operation]["documentation"])
    stated = re.findall(
        r"(\d+|once|one|five) (?:TPS per user|transactions? per second|(?:times )?per second)", text
    )
    assert rates._OF_MODELS[name].per_second in [float(WORDS.get(each, each)) for each in stated]


@pytest.mark.parametrize(
    "rate", [*rates._OWN.values(), *rates._EACH.values(), *rates._WHOLE.values()]
)
def test_a_bucket_holds_a_request_and_fills(rate):
    assert rate.per_second > 0
    assert rate.burst >= 1


@pytest.mark.parametrize(
    ("service", "operation", "bucket", "rate"),
    [
        ("ec2", "DescribeVpcs", "ec2:DescribeVpcs", Rate(20, 100)),
        ("ec2", None, None, Rate(20, 100)),
        ("lambda", "GetFunction", "lambda:GetFunction", Rate(100, 100)),
        ("lambda", "ListFunctions", "lambda", Rate(15, 15)),
        ("kinesis", "ListStreams", "kinesis:ListStreams", Rate(5, 5)),
        ("kinesis", "ListShards", "kinesis", None),
        ("kinesis", None, None, None),
        ("sts", "AssumeRole", "sts:AssumeRole", Rate(100, 100)),
        ("sts", "GetCallerIdentity", "sts", None),
        ("s3", "ListBuckets", "s3", None),
    ],
)
def test_an_operation_has_the_rate_of_its_bucket(service, operation, bucket, rate):
    assert rate_of(service, operation) == rate
    if operation is not None:
        assert bucket_of(service, operation) == bucket
        assert rate_of_bucket(bucket) == rate


def test_above_operations_limited_alike_there_may_be_a_limit_of_which_nothing_is_known():
    assert bucket_above("ec2:DescribeVpcs") == bucket_above("ec2:DescribeSubnets") == "ec2:*"
    assert rate_of_bucket("ec2:*") is None
    for bucket in ("ec2:*", "sts:AssumeRole", "lambda:GetFunction", "lambda", "sqs"):
        assert bucket_above(bucket) is None
