"""AWS Savings Plans: plans the account has bought."""

from scanner.model.resource import Call, ResourceType

SAVINGS_PLAN = ResourceType(
    "savingsplans:savings-plan",
    service="savingsplans",
    scope="global",
    list=Call("DescribeSavingsPlans", out="savingsPlans"),
    id="savingsPlanId",
    arn="savingsPlanArn",
    created="start",
    tags="tags",
)
