"""AWS Service Catalog: portfolios; no products in use."""

from scanner.model.resource import BULK, Call, ResourceType

PORTFOLIO = ResourceType(
    "AWS::ServiceCatalog::Portfolio",
    service="servicecatalog",
    list=Call("ListPortfolios", out="PortfolioDetails"),
    id="Id",
    name="DisplayName",
    arn="ARN",
    created="CreatedTime",
    tags=BULK,
)
