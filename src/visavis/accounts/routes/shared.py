"""What the pages of accounts read from a request and put into an answer."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from visavis.accounts.authentication import cookie_name
from visavis.accounts.rules import MOST_NAME, SIGN_IN_LASTS, clean_email, is_readable_name
from visavis.kit.clock import zone_names
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields
from visavis.kit.words import _
from visavis.settings import Settings

Asked = Request[Any, Any, Any]


def settings_of(request: Asked) -> Settings:
    """The settings of this process."""
    settings: Settings = request.app.state.settings
    return settings


def site_of(request: Asked) -> str:
    """The public address, which links in mail begin with; never what the request says it is."""
    return settings_of(request).public_url


def user_agent(request: Asked) -> str:
    """What the browser calls itself."""
    return request.headers.get("user-agent", "")


def typed(data: Mapping[str, Any], name: str) -> str:
    """A field exactly as typed: passwords and tokens are not trimmed."""
    value = data.get(name, "")
    return value if isinstance(value, str) else ""


def with_token(request: Asked, response: Response[Any], token: str) -> Response[Any]:
    """The answer that signs this browser in."""
    response.set_cookie(_cookie(request, token, int(SIGN_IN_LASTS.total_seconds())))
    return response


def without_token(request: Asked, response: Response[Any]) -> Response[Any]:
    """The answer that signs this browser out."""
    response.set_cookie(_cookie(request, "", 0))
    return response


def _cookie(request: Asked, value: str, seconds: int) -> Cookie:
    secure = settings_of(request).secure
    return Cookie(
        key=cookie_name(secure),
        value=value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def read_name(fields: Fields) -> str:
    """The field `name`: how others read this person."""
    name = fields.text("name", most=MOST_NAME, required=_("Please tell us your name."))
    if name and not is_readable_name(name):
        fields.complain("name", _("Please use letters that everybody can see."))
    return name


def read_zone(fields: Fields) -> str:
    """The field `time_zone`: an IANA name."""
    zone = fields.text("time_zone", most=60)
    if zone not in zone_names():
        fields.complain("time_zone", _("Please choose your time zone."))
    return zone


def read_email(fields: Fields) -> str:
    """The field `email`, as mail servers write it."""
    try:
        return clean_email(fields.text("email", most=300))
    except InvalidInputError as wrong:
        fields.complain("email", wrong.fields["email"])
        return ""
