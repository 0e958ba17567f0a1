"""The page /api/docs: the OpenAPI description, flattened for people."""

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from visavis.kit.errors import VisavisError
from visavis.kit.pages import Page


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of a route or a member of a shape. `place`: path, query, header or body."""

    name: str
    kind: str
    place: str
    required: bool
    description: str


class Answer(msgspec.Struct, frozen=True):
    status: str
    description: str
    kind: str


class Route(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    method: str
    path: str
    summary: str
    description: str
    open_to_all: bool
    fields: list[Field]
    answers: list[Answer]


class Group(msgspec.Struct, frozen=True):
    name: str
    description: str
    routes: list[Route]


class Shape(msgspec.Struct, frozen=True):
    name: str
    description: str
    fields: list[Field]
    values: list[str]


class Refusal(msgspec.Struct, frozen=True, order=True):
    status: int
    slug: str
    title: str


class ReferencePageContext(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "api/reference.html"
    introduction: list[str]
    groups: list[Group]
    shapes: list[Shape]
    refusals: list[Refusal]


def reference_page(schema: dict[str, Any]) -> ReferencePageContext:
    """What the page shows of an OpenAPI document."""
    shapes = schema["components"]["schemas"]
    return ReferencePageContext(
        introduction=schema["info"]["description"].split("\n\n"),
        groups=[
            Group(tag["name"], tag["description"], _routes(schema, tag["name"])) for tag in schema["tags"]
        ],
        shapes=[
            Shape(name, each.get("description", ""), _members(each, "body"), each.get("enum", []))
            for name, each in shapes.items()
        ],
        refusals=sorted(set(_refusals(VisavisError))),
    )


def _routes(schema: dict[str, Any], tag: str) -> list[Route]:
    return [
        _route(schema, method, path, each)
        for path, item in schema["paths"].items()
        for method, each in item.items()
        if tag in each.get("tags", [])
    ]


def _route(schema: dict[str, Any], method: str, path: str, each: dict[str, Any]) -> Route:
    fields = [
        _field(one["name"], one["schema"], one["in"], one["required"], one)
        for one in each.get("parameters", [])
    ]
    for content in each.get("requestBody", {}).get("content", {}).values():
        asked = content["schema"]
        named = next(one for one in [asked, *asked.get("oneOf", [])] if "$ref" in one)  # or none at all
        name = named["$ref"].rpartition("/")[2]
        fields += _members(schema["components"]["schemas"][name], "body")
    return Route(
        id=each["operationId"],
        method=method.upper(),
        path=path,
        summary=each["summary"],
        description=each.get("description", ""),
        open_to_all=not each.get("security"),
        fields=fields,
        answers=[
            Answer(status, one["description"], _content(one)) for status, one in each["responses"].items()
        ],
    )


def _members(shape: dict[str, Any], place: str) -> list[Field]:
    required = shape.get("required", [])
    return [
        _field(name, one, place, name in required, one) for name, one in shape.get("properties", {}).items()
    ]


def _field(name: str, schema: dict[str, Any], place: str, required: bool, words: dict[str, Any]) -> Field:
    return Field(
        name=name,
        kind=_kind(schema),
        place=place,
        required=required,
        description=words.get("description", ""),
    )


def _content(answer: dict[str, Any]) -> str:
    content = answer.get("content", {})
    named = [_kind(one["schema"]) for one in content.values() if "schema" in one]
    return named[0] if named else " or ".join(content)


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words: 'Session', 'list of Event', 'integer, 1 to 5'."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return " or ".join(_kind(one) for one in schema[several])
    if "enum" in schema:
        return " or ".join("null" if value is None else str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return f"{schema.get('format') or schema.get('type', 'anything')}{_limits(schema)}"


def _limits(schema: dict[str, Any]) -> str:
    if "maximum" in schema:
        return f", {schema['minimum']:g} to {schema['maximum']:g}"
    return f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def _refusals(kind: type[VisavisError]) -> Iterator[Refusal]:
    yield Refusal(kind.status, kind.type, kind.title)
    for each in kind.__subclasses__():
        yield from _refusals(each)
