"""A denial is never declared away: "no rows" must not mean "access denied"."""

import pytest
from botocore.exceptions import ClientError

from scanner.aws.faults import Kind, classify
from scanner.catalog import Catalog

CURATED = Catalog.load().types


def kind_of(code):
    return classify(ClientError({"Error": {"Code": code, "Message": ""}}, "Op")).kind


@pytest.mark.parametrize("name", CURATED)
def test_no_type_takes_a_denial_for_absence(name):
    kind = CURATED[name]
    codes = {*kind.unsubscribed, *(code for call in kind.calls for code in call.absent)}
    assert not {code for code in codes if kind_of(code) in (Kind.DENIED, Kind.THROTTLED)}
