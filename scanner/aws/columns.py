"""Say which members a resource type's records have, and of what kind, from botocore's models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError, ServiceModel
from jmespath.exceptions import JMESPathError

from scanner.aws import shapes
from scanner.aws.shapes import MissingMemberError

if TYPE_CHECKING:
    from scanner.aws.models import LeanLoader
    from scanner.model.resource import ResourceType


def columns(declared: ResourceType, loader: LeanLoader) -> dict[str, str]:
    """Return the members of a record's configuration, with botocore's names of their kinds.

    Empty for a type of the user's that botocore's models know nothing of.
    """
    try:
        loaded = loader.load_service_model(declared.service, "service-2")
        item = shapes.item_of(declared, ServiceModel(loaded, declared.service))
    except (UnknownServiceError, OperationNotFoundError, MissingMemberError, JMESPathError):
        return {}
    return {name: shapes.type_name(kind) for name, kind in shapes.members(item).items()}
