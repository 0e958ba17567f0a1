"""Errors a person can meet: a status, a stable type and one kind sentence. A 500 means a bug."""

from collections.abc import Mapping
from typing import Any, ClassVar


class VisavisError(Exception):
    """Base of every expected refusal.

    `fields` maps form field names to a sentence shown next to the field; `extra` is added to the JSON
    problem; `headers` goes out with the answer.
    """

    status: ClassVar[int] = 400
    type: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "That did not work"

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or self.title)
        self.message = message or self.title
        self.fields = dict(fields or {})
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


class NotFoundError(VisavisError):
    """Also the answer for things that exist but belong to others: existence itself is private."""

    status = 404
    type = "not-found"
    title = "We could not find that"


class ForbiddenError(VisavisError):
    status = 403
    type = "forbidden"
    title = "This is not yours to do"


class SignInRequiredError(VisavisError):
    status = 401
    type = "sign-in-required"
    title = "Please sign in first"


class InvalidInputError(VisavisError):
    status = 422
    type = "invalid-input"
    title = "Please check what you entered"


class ConflictError(VisavisError):
    status = 409
    type = "conflict"
    title = "That is no longer possible"


class TooManyRequestsError(VisavisError):
    status = 429
    type = "too-many-requests"
    title = "That was a little too fast"


class UnavailableError(VisavisError):
    status = 503
    type = "unavailable"
    title = "We cannot do that right now, please try again in a moment"
