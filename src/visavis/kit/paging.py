"""Lists in pages: which one a person asks for."""

import re
from typing import Any

from litestar import Request


def page_number(request: Request[Any, Any, Any]) -> int:
    """From `?page=`; the first for what is no number of a page."""
    asked = request.query_params.get("page", "")
    return int(asked) if re.fullmatch("[1-9][0-9]{0,3}", asked) else 1
