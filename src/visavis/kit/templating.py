"""Jinja, a little quicker: a dashboard calls hundreds of macros and sentences."""

from collections.abc import Mapping
from functools import lru_cache
from types import FunctionType
from typing import Any

from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from visavis.kit.words import translations

PER_PAGE = "_made"
"""In the context of a page: an empty dict, where its components are kept."""


class QuickContext(Context):
    """Calls macros and functions directly; Jinja looks into each as if it could be anything."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's own names
        kind = type(__obj)
        if kind is not Macro and (kind is not FunctionType or hasattr(__obj, "jinja_pass_arg")):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(__self.eval_ctx, *args, **kwargs) if kind is Macro else __obj(*args, **kwargs)


class ComponentsOnce(Template):
    """Components imported with context are made once for a page, not once for each template that imports."""

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - Jinja's own names
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002
    ) -> TemplateModule:
        made: dict[str, TemplateModule] | None = (vars or {}).get(PER_PAGE)
        if made is None or self.name is None or not self.name.startswith("web/"):
            return super().make_module(vars, shared, locals)
        if self.name not in made:
            made[self.name] = super().make_module(vars, shared, locals)
        return made[self.name]


class QuickEnvironment(Environment):
    context_class = QuickContext
    template_class = ComponentsOnce


def say(sentence: str, /, **values: Any) -> Markup:
    """A sentence of a template in the reader's language; what is filled in is escaped."""
    return _plain(sentence) if not values else _translated(sentence) % values


@lru_cache(maxsize=2048)
def _plain(sentence: str) -> Markup:
    return _translated(sentence) % {}  # a format string also without values: %% is one %


def _translated(sentence: str) -> Markup:
    # Sentences come from templates and catalogues, never from people.
    return Markup(translations("en").gettext(sentence))  # noqa: S704
