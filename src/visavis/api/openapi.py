"""The API's own description: OpenAPI 3.1 as JSON, and the same as a page."""

from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Server, Tag

from visavis.accounts.authentication import cookie_name
from visavis.api.reference import reference_page
from visavis.api.shapes.bodies import Asked
from visavis.kit.pages import html_of
from visavis.settings import Settings

PATH = "/api/docs"
VERSION = "1"

_DESCRIPTION = """\
The same actions as the pages, for programs. Answers are JSON; instants are UTC; amounts count the smallest \
unit of the currency. Refusals are problem details (RFC 9457) with a `type` that never changes.

Make a key on your account page and send it as `Authorization: Bearer …`: it acts as you until you revoke \
it. A page of ours may use your sign-in instead; then each change carries the CSRF token in `x-csrftoken`.

Send an `Idempotency-Key` with each change: sent again within 24 hours, it acts once and answers the same."""

_TAGS = {
    "Sessions": "Book, list, cancel.",
    "Approval": "By the side that did not ask.",
    "Payment": "By transfer, with a proof.",
    "Credits": "What you have, and how to get more.",
    "Money": "What you earn, what is paid out to you, and refunds.",
    "Meeting": "Where, and how it ended.",
    "Chat": "Between the two people of a session, before, between and after sessions.",
    "Availability": "When a practitioner works.",
    "Practitioners": "Who offers what, and when they are free. No key needed.",
    "You": "Whom a key belongs to.",
}


def openapi_config(settings: Settings) -> OpenAPIConfig:
    """What the framework needs to describe the routes."""
    return OpenAPIConfig(
        title="Visavis",
        version=VERSION,
        description=_DESCRIPTION,
        path=PATH,
        servers=[Server(url=settings.public_url)],
        tags=[Tag(name=name, description=words) for name, words in _TAGS.items()],
        components=Components(
            security_schemes={
                "key": SecurityScheme(type="http", scheme="bearer", description="An API key of your account"),
                "signIn": SecurityScheme(
                    type="apiKey", name=cookie_name(settings.secure), security_scheme_in="cookie",
                    description="The sign-in of a browser",
                ),
            }
        ),
        use_handler_docstrings=True,
        render_plugins=[SchemaFile(), ReferencePage()],
    )  # fmt: skip


class SchemaFile(JsonRenderPlugin):
    """/api/docs/openapi.json"""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002
        return msgspec.json.encode(finished(openapi_schema))


class ReferencePage(OpenAPIRenderPlugin):
    """/api/docs: our own page, because a script from elsewhere is refused by our content policy."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return html_of(request, reference_page(finished(openapi_schema))).encode()


def finished(schema: dict[str, Any]) -> dict[str, Any]:
    """With what the framework cannot know: bodies are closed, and a file is one of three types."""
    shapes = schema["components"]["schemas"]
    for shape in Asked.__subclasses__():
        if shape.__name__ in shapes:
            shapes[shape.__name__]["additionalProperties"] = False
    for path, item in schema["paths"].items():
        if path.endswith("/payment-proof"):
            kinds = ("image/jpeg", "image/png", "application/pdf")
            item["get"]["responses"]["200"]["content"] = {kind: {} for kind in kinds}
    return schema
