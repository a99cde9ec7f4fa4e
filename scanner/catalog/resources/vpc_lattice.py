"""Amazon VPC Lattice: networks, services and target groups."""

from scanner.model.resource import BULK, Call, ResourceType

SERVICE = ResourceType(
    "AWS::VpcLattice::Service",
    service="vpc-lattice",
    list=Call("ListServices", out="items"),
    id="id",
    name="name",
    arn="arn",
    created="createdAt",
    tags=BULK,
)

SERVICE_NETWORK = ResourceType(
    "AWS::VpcLattice::ServiceNetwork",
    service="vpc-lattice",
    list=Call("ListServiceNetworks", out="items"),
    id="id",
    name="name",
    arn="arn",
    created="createdAt",
    tags=BULK,
)

TARGET_GROUP = ResourceType(
    "AWS::VpcLattice::TargetGroup",
    service="vpc-lattice",
    list=Call("ListTargetGroups", out="items"),
    id="id",
    name="name",
    arn="arn",
    created="createdAt",
    tags=BULK,
)
