import pytest

from scanner.model.paths import fill, has_gap, lookup

ITEM = {"Id": "/hostedzone/Z1", "A": {"B": {"C": 0}}, "L": [1], "N": None}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("Id", "/hostedzone/Z1"),
        ("Id/", "Z1"),
        ("A.B.C", 0),
        ("A.B", {"C": 0}),
        ("A.X.C", None),
        ("A.B.C.D", None),
        ("L.0", None),
        ("N", None),
        ("N.A", None),
        ("A.B.C/", 0),
        ("Missing/", None),
    ],
)
def test_a_member_is_found_by_its_path(path, found):
    assert lookup(ITEM, path) == found


def test_placeholders_are_filled_however_deep_and_the_rest_stays():
    params = {"A": "$Id/", "B": [{"C": ("$Id", "x")}], "D": "a$b", "E": 3, "F": True}
    filled = fill(params, lambda name: lookup(ITEM, name))
    assert filled == {
        "A": "Z1", "B": [{"C": ["/hostedzone/Z1", "x"]}], "D": "a$b", "E": 3, "F": True,
    }  # fmt: skip
    assert params["A"] == "$Id/"


@pytest.mark.parametrize("value", [None, [None], {"A": [{"B": None}]}, [1, [2, None]]])
def test_a_missing_value_is_a_gap_wherever_it_is(value):
    assert has_gap(value)


@pytest.mark.parametrize("value", [0, "", False, [], {}, {"A": [{"B": 0}]}])
def test_an_empty_value_is_no_gap(value):
    assert not has_gap(value)
