"""Read a policy on tags in either dialect, told by its shape; it opens no file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model.errors import SettingsError
from scanner.policies.lines import load_located, naming
from scanner.policies.tagging.document import is_tagging, rules_in
from scanner.policies.tagging.organization import TagPolicy, is_tag_policy, tag_policy_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from scanner.policies.tagging.rules import Rules


def read_tagging(text: str, origin: str, types: Collection[str]) -> Rules | TagPolicy:
    """Read a policy; raises SettingsError: `origin:line: what is wrong`."""
    with naming(origin):
        # Tabs may indent JSON, yet not YAML; within a text neither takes them unescaped.
        document = load_located(text.expandtabs(4))
        if is_tag_policy(document):
            return tag_policy_of(document, origin)
        if is_tagging(document):
            return rules_in(document, types)
        raise SettingsError(
            "a policy on tags has a list `tags` (see docs/tagging.md), "
            "or is a tag policy of AWS Organizations"
        )
