"""Effective tag policies: AWS's own examples, and what must hold of any policies."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.policies.tagging.inheritance import disputed, effective

A = {
    "tags": {
        "costcenter": {
            "tag_key": {"@@assign": "CostCenter"},
            "tag_value": {"@@assign": ["Development", "Support"]},
        }
    }
}
B = {
    "tags": {
        "costcenter": {
            "tag_key": {"@@assign": "CostCenter"},
            "tag_value": {"@@assign": ["Sandbox"]},
            "enforced_for": {"@@assign": ["redshift:*", "dynamodb:table"]},
        }
    }
}
C = {
    "tags": {
        "costcenter": {
            "tag_key": {"@@assign": "CostCenter"},
            "tag_value": {"@@append": ["Marketing"]},
            "enforced_for": {"@@append": ["redshift:*", "dynamodb:table"]},
        }
    }
}
D = {
    "tags": {
        "costcenter": {
            "tag_key": {"@@assign": "CostCenter"},
            "tag_value": {"@@remove": ["Development", "Marketing"]},
            "enforced_for": {"@@remove": ["redshift:*", "dynamodb:table"]},
        }
    }
}
E = {"tags": {"project": {
    "tag_key": {"@@operators_allowed_for_child_policies": ["@@none"], "@@assign": "Project"},
    "tag_value": {"@@operators_allowed_for_child_policies": ["@@append"], "@@assign": ["Maintenance", "Escalations"]}}}}  # fmt: skip
F = {
    "tags": {
        "project": {
            "tag_key": {"@@assign": "PROJECT"},
            "tag_value": {"@@append": ["Escalations - research"]},
        }
    }
}
G = {
    "tags": {
        "project": {
            "tag_value": {
                "@@operators_allowed_for_child_policies": ["@@append"],
                "@@assign": ["Maintenance"],
            }
        }
    }
}
H = {
    "tags": {
        "project": {
            "tag_value": {"@@operators_allowed_for_child_policies": ["@@append", "@@remove"]}
        }
    }
}
J = {
    "tags": {
        "project": {"tag_key": {"@@assign": "PROJECT"}, "tag_value": {"@@append": ["Maintenance"]}}
    }
}
K = {"tags": {"project": {"tag_key": {"@@assign": "project"}}}}


def test_example_1_a_child_overwrites_values():
    assert effective([[A], [B]]) == {
        "tags": {
            "costcenter": {
                "tag_key": "CostCenter",
                "tag_value": ["Sandbox"],
                "enforced_for": ["redshift:*", "dynamodb:table"],
            }
        }
    }


def test_example_2_a_child_appends_values():
    assert effective([[A], [C]]) == {
        "tags": {
            "costcenter": {
                "tag_key": "CostCenter",
                "tag_value": ["Development", "Support", "Marketing"],
                "enforced_for": ["redshift:*", "dynamodb:table"],
            }
        }
    }


def test_example_3_a_child_removes_values():
    assert effective([[A], [C], [D]]) == {
        "tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["Support"]}}
    }


def test_example_4_a_parent_restricts_its_children():
    assert effective([[E], [F]]) == {
        "tags": {
            "project": {
                "tag_key": "Project",
                "tag_value": ["Maintenance", "Escalations", "Escalations - research"],
            }
        }
    }


def test_example_5_of_controls_at_one_level_the_intersection_holds():
    child = {
        "tags": {"project": {"tag_value": {"@@append": ["More"], "@@remove": ["Maintenance"]}}}
    }

    assert effective([[G, H], [child]])["tags"]["project"]["tag_value"] == ["Maintenance", "More"]


def test_example_6_of_keys_at_one_level_the_first_attached_is_taken():
    assert effective([[J, K]])["tags"]["project"] == {
        "tag_key": "PROJECT",
        "tag_value": ["Maintenance"],
    }
    assert effective([[K, J]])["tags"]["project"]["tag_key"] == "project"
    assert disputed([J, K])
    assert not disputed([J, J])


def test_a_restriction_can_not_be_lifted_further_down():
    lifted = {
        "tags": {"project": {"tag_key": {"@@operators_allowed_for_child_policies": ["@@all"]}}}
    }

    assert effective([[E], [lifted], [F]])["tags"]["project"]["tag_key"] == "Project"


def test_children_add_no_keys_where_the_parent_forbids_it():
    closed = {"tags": {"@@operators_allowed_for_child_policies": ["@@none"], **A["tags"]}}

    assert effective([[closed], [B, F]])["tags"].keys() == {"costcenter"}


def test_without_a_key_it_is_in_lower_case_and_without_values_all_are_allowed():
    assert effective([[{"tags": {"Owner": {"enforced_for": {"@@assign": ["s3:bucket"]}}}}]]) == {
        "tags": {"Owner": {"tag_key": "owner", "tag_value": ["*"], "enforced_for": ["s3:bucket"]}}
    }


VALUES = st.lists(st.sampled_from("abcde"), min_size=1, max_size=3, unique=True)
CONTROLS = st.lists(
    st.sampled_from(["@@all", "@@none", "@@assign", "@@append", "@@remove"]), min_size=1, max_size=2
)
LISTS = st.fixed_dictionaries(
    {},
    optional={
        "@@assign": VALUES,
        "@@append": VALUES,
        "@@remove": VALUES,
        "@@operators_allowed_for_child_policies": CONTROLS,
    },
)
KEYS = st.fixed_dictionaries(
    {},
    optional={
        "@@assign": st.sampled_from(["key", "Key", "KEY"]),
        "@@operators_allowed_for_child_policies": CONTROLS,
    },
)
POLICIES = st.builds(
    lambda key, value: {"tags": {"key": {"tag_key": key, "tag_value": value}}}, KEYS, LISTS
)
LEVELS = st.lists(st.lists(POLICIES, max_size=2), max_size=4)


@given(LEVELS)
def test_an_effective_policy_has_plain_values_without_doubles(levels):
    for settings in effective(levels)["tags"].values():
        assert settings["tag_key"].lower() == "key"
        assert settings["tag_value"]
        assert len(set(settings["tag_value"])) == len(settings["tag_value"])
        assert settings.keys() == {"tag_key", "tag_value"}


@given(LEVELS, POLICIES)
def test_a_level_without_policies_changes_nothing(levels, last):
    assert effective([*levels, [], [last]]) == effective([*levels, [last]])


@given(LEVELS, VALUES, VALUES)
def test_an_unrestricted_assignment_at_the_end_is_what_holds(levels, values, others):
    plain = [[_without_controls(policy) for policy in level] for level in levels]
    last = {"tags": {"key": {"tag_key": {"@@assign": "KEY"}, "tag_value": {"@@assign": values}}}}
    more = {"tags": {"key": {"tag_value": {"@@append": others}}}}
    less = {"tags": {"key": {"tag_value": {"@@remove": others}}}}

    assert effective([*plain, [last]])["tags"]["key"] == {"tag_key": "KEY", "tag_value": values}
    together = effective([*plain, [last], [more]])["tags"]["key"]["tag_value"]
    assert together == list(dict.fromkeys([*values, *others]))
    left = effective([*plain, [last], [more], [less]])["tags"]["key"]["tag_value"]
    assert left == ([value for value in values if value not in others] or ["*"])


@given(LEVELS, LEVELS)
def test_what_a_parent_locks_no_child_changes(above, below):
    locked = {"@@operators_allowed_for_child_policies": ["@@none"]}
    lock = {"tags": {"key": {"tag_key": locked, "tag_value": locked}}}
    before = effective([*above, [lock]])

    if before["tags"]:
        assert effective([*above, [lock], *below]) == before


def _without_controls(policy):
    settings = policy["tags"]["key"]
    kept = {
        name: {key: value for key, value in operators.items() if "child" not in key}
        for name, operators in settings.items()
    }
    return {"tags": {"key": kept}}
