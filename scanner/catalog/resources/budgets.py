"""AWS Budgets: budgets; no spending records."""

from scanner.model.resource import Call, ResourceType

BUDGET = ResourceType(
    "AWS::Budgets::Budget",
    service="budgets",
    scope="global",
    list=Call("DescribeBudgets", {"AccountId": "$account"}, out="Budgets", page_size=100),
    id="BudgetName",
    name="BudgetName",
    arn="arn:{partition}:budgets::{account}:budget/{BudgetName}",
    tags=Call(
        "ListTagsForResource",
        {"ResourceARN": "$arn"},
        out="ResourceTags",
        absent=("NotFoundException",),
    ),
)
