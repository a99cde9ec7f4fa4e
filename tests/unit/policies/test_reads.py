"""What a filter reads is told by its keys, and where that is not certain it reads everything."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.control import Control, rule
from scanner.policies.check import check_of
from scanner.policies.compile import compile_filters
from scanner.policies.reads import reads_of
from scanner.policies.syntax import Scope

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "read"),
    [
        ("Policy", {"Policy"}),
        ("Versioning.MFADelete", {"Versioning.MFADelete", "Versioning"}),
        ("tag:Owner", {"Tags"}),
        ("length(Rules[?Status=='Enabled' && Owner==`1`].Prefix)", {"Rules"}),
        ("from_json(Policy).[Statement][][] | [?Effect=='Deny']", {"Policy"}),
        ("@.Policy", {"Policy"}),
        ("A || B.C", {"A", "B"}),
        ("sort_by(Rules, &Priority)[0].Owner", {"Rules"}),
        ("[A, B]", {"A", "B"}),
        ("{a: A, b: B.C}.a", {"A", "B"}),
        ("A[].B.*", {"A"}),
        ("contains(A, 'x')", {"A"}),
        ("A | B", {"A"}),
        ("*", None),
        ("*.Status", None),
        ("keys(@)", None),
        ("@", None),
        ("[@][0].A", None),
        ("@ == B", None),
        ("[?A]", None),
        ("A || @", None),
    ],
)
def test_a_key_tells_the_members_it_reads(key, read):
    found = reads_of(key)

    assert (found if read is None else found - {key} | (read & {key})) == read


class Watched(dict):
    """Notes what is asked for."""

    def __init__(self, members):
        super().__init__(members)
        self.asked = set()

    def get(self, name, default=None):
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name):
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self.asked.add(name)
        return super().__contains__(name)

    def _all(self):
        self.asked |= self.keys()

    def values(self):
        self._all()
        return super().values()

    def items(self):
        self._all()
        return super().items()


names = st.sampled_from(["A", "B", "Tags"])
expressions = st.recursive(
    names | st.just("@") | st.just("*"),
    lambda inner: st.one_of(
        st.builds("{}.{}".format, names, names),
        st.builds("({} || {})".format, inner, inner),
        st.builds("({} | {})".format, inner, inner),
        st.builds("({})[].{}".format, inner, names),
        st.builds("({})[?{}=='x'].{}".format, inner, names, names),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("not_null({}, {})".format, inner, inner),
        st.builds("({}) == ({})".format, inner, inner),
    ),
    max_leaves=5,
)
members = st.dictionaries(
    names, st.sampled_from(["x", None, [{"A": "x"}], {"A": "x"}, []]), max_size=3
)


@given(expressions, members)
def test_nothing_is_read_that_was_not_told(key, resource):
    chosen = compile_filters([{"type": "value", "key": key, "value": "x"}], Scope(NOW))
    watched = Watched(resource)

    chosen.match(watched)

    assert chosen.reads is None or watched.asked <= chosen.reads


@pytest.mark.parametrize(
    ("filters", "type", "read"),
    [
        ([{"A": 1}, {"not": [{"B": 2}]}], "", {"A", "B"}),
        ([{"or": [{"A": 1}, {"and": [{"tag:x": "y"}]}]}], "", {"A", "Tags"}),
        ([{"type": "tag-count"}], "", {"Tags"}),
        ([{"type": "marked-for-op", "op": "stop"}], "", {"Tags"}),
        ([{"type": "list-item", "key": "A", "attrs": [{"B": 1}]}], "", {"A"}),
        ([{"type": "reduce", "group-by": "A", "sort-by": {"key": "B"}}], "", {"A", "B"}),
        ([{"type": "reduce", "limit": 1}], "", set()),
        ([{"type": "value", "key": "A", "value_path": "B.C"} ], "", {"A", "B", "B.C"}),
        ([{"type": "value", "key": "A", "value_type": "expr", "value": "B"}], "", {"A", "B"}),
        ([{"type": "value", "value_type": "resource_count", "op": "gt", "value": 1}], "", set()),
        ([{"type": "cross-account"}], "AWS::SQS::Queue", {"Policy"}),
        ([{"type": "ingress", "Ports": [22]}], "AWS::EC2::SecurityGroup", {"IpPermissions", "GroupId"}),
        ([{"A": 1}, {"type": "value", "key": "keys(@)", "value": 1}], "", None),
        ([], "", set()),
    ],
)  # fmt: skip
def test_filters_together_read_what_each_does(filters, type, read):
    assert compile_filters(filters, Scope(NOW, type=type)).reads == read


def test_a_rule_reads_what_it_declares_and_may_read_anything_where_it_does_not():
    control = Control("r", "r", ("AWS::SQS::Queue",))

    assert check_of(rule(control)(bool)).reads is None
    assert check_of(rule(control, ["Policy"])(bool)).reads == {"Policy"}
    assert check_of(rule(control, ())(bool)).reads == set()
