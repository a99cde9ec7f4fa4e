"""Service models that nobody wrote: shapes of every kind, nested, and values that fit them."""

from __future__ import annotations

from botocore.model import ServiceModel
from hypothesis import strategies as st

from benchmarks.fake_aws.render import render

PROTOCOLS = ("json", "rest-json", "query", "ec2", "rest-xml")
SCALARS = (
    "string", "character", "integer", "long", "float", "double", "boolean", "timestamp", "blob",
)  # fmt: skip
FORMS = ("iso8601", "rfc822", "unixTimestamp")
NAMES = st.sampled_from(["Id", "id", "Name", "Tags", "item", "member", "Key", "Value", "Status"])
LOCAL = st.sampled_from([f"wire{letter}" for letter in "ABCDEFGH"])
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
VALUES = {
    "string": TEXTS,
    "character": TEXTS,
    "integer": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "timestamp": st.integers(0, 4_000_000_000),
    "blob": st.binary(max_size=9),
}


class Shapes:
    """A service model's shapes while they are made up."""

    def __init__(self, draw, protocol):
        self.draw = draw
        self.xml = "json" not in protocol
        self.made = {}

    def shape(self, depth):
        """Make up a shape; return the reference to it."""
        kinds = SCALARS if depth == 0 else (*SCALARS, "structure", "list", "map")
        kind = self.draw(st.sampled_from(kinds))
        return getattr(self, kind, self.scalar)(depth, kind)

    def member(self, depth):
        """Make up a member of a structure: only there is anything flattened."""
        reference = self.shape(depth)
        definition = self.made[reference["shape"]]
        if self.xml and definition["type"] in ("list", "map") and self.draw(st.booleans()):
            definition["flattened"] = True
        return reference

    def named(self, definition):
        name = f"Shape{len(self.made)}"
        self.made[name] = definition
        return {"shape": name}

    def scalar(self, _depth, kind):
        definition = {"type": kind}
        if kind == "timestamp":
            definition["timestampFormat"] = self.draw(st.sampled_from(FORMS))
        if kind == "string" and self.draw(st.booleans()):
            definition["enum"] = ["a", "b"]
        return self.named(definition)

    def structure(self, depth, _kind="structure"):
        members = {}
        names = self.draw(st.lists(NAMES, unique=True, max_size=5))
        wires = self.draw(st.permutations([f"wire{letter}" for letter in "ABCDE"]))
        for name, wire in zip(names, wires, strict=False):
            member = self.member(depth - 1)
            if self.draw(st.booleans()):
                member["locationName"] = wire
            members[name] = member
        if self.xml and self.draw(st.booleans()):
            attribute = self.scalar(0, "string")
            space = {"prefix": "xsi", "uri": "http://www.w3.org/2001/XMLSchema-instance"}
            members["Type"] = attribute | {
                "locationName": "xsi:type", "xmlAttribute": True, "xmlNamespace": space,
            }  # fmt: skip
        definition = {"type": "structure", "members": members}
        return self.named(definition)

    def list(self, depth, _kind="list"):
        member = self.shape(depth - 1)
        if self.xml and self.draw(st.booleans()):
            member["locationName"] = f"Entry{len(self.made)}"
        return self.named({"type": "list", "member": member})

    def map(self, depth, _kind="map"):
        key, value = self.named({"type": "string"}), self.shape(depth - 1)
        if self.xml and self.draw(st.booleans()):
            key["locationName"], value["locationName"] = "Name", "Content"
        return self.named({"type": "map", "key": key, "value": value})


@st.composite
def operations(draw, protocol):
    """Make up an operation's model."""
    shapes = Shapes(draw, protocol)
    output = shapes.structure(2)
    definition = shapes.made[output["shape"]]
    members = definition["members"]
    members.pop("Type", None)
    if protocol.startswith("rest-"):
        _place(draw, shapes, definition)
    if protocol == "query" and draw(st.booleans()):
        output["resultWrapper"] = "OpResult"
    model = {
        "metadata": {"protocol": protocol, "serviceId": "S", "endpointPrefix": "s"},
        "operations": {
            "Op": {"name": "Op", "http": {"method": "GET", "requestUri": "/"}, "output": output}
        },
        "shapes": shapes.made,
    }
    return ServiceModel(model, "s").operation_model("Op")


def _place(draw, shapes, definition):
    """Put members into headers and the status, and perhaps all else into a payload."""
    members = definition["members"]
    for wire in draw(st.lists(LOCAL, unique=True, max_size=3)):
        kind = draw(st.sampled_from(["string", "integer", "boolean", "timestamp"]))
        members[f"Header{wire}"] = shapes.scalar(0, kind) | {
            "location": "header", "locationName": f"X-{wire}",
        }  # fmt: skip
    if draw(st.booleans()):
        members["Code"] = shapes.named({"type": "integer"}) | {"location": "statusCode"}
    if draw(st.booleans()):
        texts = {
            "type": "map",
            "key": shapes.scalar(0, "string"),
            "value": shapes.scalar(0, "string"),
        }
        members["Meta"] = shapes.named(texts) | {"location": "headers", "locationName": "x-meta-"}
    if draw(st.booleans()):
        definition["payload"] = "Payload"
        members["Payload"] = draw(
            st.sampled_from([shapes.structure(2), shapes.named({"type": "string"})])
        )


@st.composite
def values(draw, shape, *, header=False):
    """Make up a value of a shape; members may be missing, lists empty."""
    kind = shape.type_name
    if kind == "structure":
        present = {
            name: draw(values(member, header="location" in member.serialization))
            for name, member in shape.members.items()
            if draw(st.integers(0, 3))
        }
        if shape.serialization.get("payload"):
            payload = shape.serialization["payload"]
            present.setdefault(payload, draw(values(shape.members[payload])))
        return present
    if kind == "list":
        return draw(st.lists(values(shape.member), max_size=3))
    if kind == "map":
        texts = st.text("abc", min_size=1, max_size=3) if header else TEXTS
        return draw(st.dictionaries(texts, texts if header else values(shape.value), max_size=3))
    if header and kind == "string":
        return draw(st.text("abc ,", max_size=5))
    return draw(VALUES[kind])


@st.composite
def answers(draw, protocol):
    """Make up an operation and a true answer of it."""
    model = draw(operations(protocol))
    answer = render(model, protocol, draw(values(model.output_shape)))
    return model, answer.headers, answer.body
