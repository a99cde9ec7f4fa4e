"""AWS Global Accelerator: accelerators, listeners and endpoint groups."""

from scanner.model.resource import Call, ResourceType

ACCELERATOR = ResourceType(
    "AWS::GlobalAccelerator::Accelerator",
    service="globalaccelerator",
    scope="global",
    home="us-west-2",
    list=Call("ListAccelerators", out="Accelerators"),
    id="AcceleratorArn",
    name="Name",
    arn="AcceleratorArn",
    created="CreatedTime",
    each=(
        Call(
            "DescribeAcceleratorAttributes",
            {"AcceleratorArn": "$AcceleratorArn"},
            out="AcceleratorAttributes",
            name="Attributes",
            absent=("AcceleratorNotFoundException",),
        ),
    ),
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$AcceleratorArn"},
        out="Tags",
        absent=("AcceleratorNotFoundException",),
    ),
)

ENDPOINT_GROUP = ResourceType(
    "AWS::GlobalAccelerator::EndpointGroup",
    service="globalaccelerator",
    scope="global",
    home="us-west-2",
    parent="AWS::GlobalAccelerator::Listener",
    list=Call("ListEndpointGroups", {"ListenerArn": "$ListenerArn"}, out="EndpointGroups"),
    id="EndpointGroupArn",
    arn="EndpointGroupArn",
)

LISTENER = ResourceType(
    "AWS::GlobalAccelerator::Listener",
    service="globalaccelerator",
    scope="global",
    home="us-west-2",
    parent="AWS::GlobalAccelerator::Accelerator",
    list=Call("ListListeners", {"AcceleratorArn": "$AcceleratorArn"}, out="Listeners"),
    id="ListenerArn",
    arn="ListenerArn",
)
