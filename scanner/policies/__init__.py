"""Cloud Custodian's filters: parse, compile, match; pure, it reads no AWS and no file.

The dialect is Custodian's (https://cloudcustodian.io/docs/filters.html), oddities included:
whoever moves a policy here must see the same resources selected.
"""

from scanner.policies.compile import compile_filters, match
from scanner.policies.filter import Filter, Resource

__all__ = ["Filter", "Resource", "compile_filters", "match"]
