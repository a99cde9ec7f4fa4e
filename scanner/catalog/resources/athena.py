"""Amazon Athena: workgroups and catalogs; no queries, no results."""

from scanner.model.resource import BULK, Call, ResourceType

CAPACITY_RESERVATION = ResourceType(
    "AWS::Athena::CapacityReservation",
    service="athena",
    list=Call("ListCapacityReservations", out="CapacityReservations"),
    id="Name",
    name="Name",
    arn="arn:{partition}:athena:{region}:{account}:capacity-reservation/{Name}",
    created="CreationTime",
    tags=BULK,
)

DATA_CATALOG = ResourceType(
    "AWS::Athena::DataCatalog",
    service="athena",
    list=Call("ListDataCatalogs", out="DataCatalogsSummary"),
    id="CatalogName",
    name="CatalogName",
    arn="arn:{partition}:athena:{region}:{account}:datacatalog/{CatalogName}",
    tags=BULK,
)

NAMED_QUERY = ResourceType(
    "AWS::Athena::NamedQuery",
    service="athena",
    parent="AWS::Athena::WorkGroup",
    list=Call("ListNamedQueries", {"WorkGroup": "$Name"}, out="NamedQueryIds[].{NamedQueryId: @}"),
    id="NamedQueryId",
    name="Name",
    each=(
        Call(
            "BatchGetNamedQuery",
            {"NamedQueryIds": ["$NamedQueryId"]},
            out="NamedQueries",
            batch=50,
            match="NamedQueryId=NamedQueryId",
        ),
    ),
)

WORK_GROUP = ResourceType(
    "AWS::Athena::WorkGroup",
    service="athena",
    list=Call("ListWorkGroups", out="WorkGroups"),
    id="Name",
    name="Name",
    arn="arn:{partition}:athena:{region}:{account}:workgroup/{Name}",
    created="CreationTime",
    each=(Call("GetWorkGroup", {"WorkGroup": "$Name"}, out="WorkGroup"),),
    tags=BULK,
)
