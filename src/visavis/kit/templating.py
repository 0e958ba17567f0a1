"""Jinja, a little quicker: a home calls hundreds of macros and sentences, and escapes a thousand values."""

import threading
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from types import BuiltinMethodType, CodeType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import missing
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

from visavis.kit.words import translations


class _Shown(threading.local):
    """The components, made once, and what they see: the values of the page that this thread is making.

    A page is made without a pause, so there is one at a time.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.components: dict[Template, TemplateModule] = {}


_shown = _Shown()
_COMPONENTS = "/web/templates/"
"""In the place of the file: a template does not know under which name it was asked for."""


class QuickMacro(Macro):
    """A macro called as most are: by a template, with the arguments that it names."""

    def call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What it makes. Whatever is unusual or wrong is left to Jinja."""
        if self.catch_kwargs or self.catch_varargs:
            return self(*args, **kwargs)
        named = [kwargs.pop(name, missing) for name in self.arguments[len(args) :]]
        if self.caller and not self.explicit_caller:
            named.append(kwargs.pop("caller", None) or self._environment.undefined(name="caller"))
        if kwargs or len(args) > self._argument_count:
            return self(*args, **kwargs)  # it says what is wrong
        return _safe(self._func(*args, *named))


def _safe(html: str) -> Markup:
    """What has been escaped already; the constructor itself looks for more than a string."""
    return str.__new__(Markup, html)


def _escape(value: Any) -> Markup:
    if type(value) is str:
        return _safe(_escape_inner(value))
    return value if isinstance(value, Markup) else escape(value)


_DIRECT = frozenset({FunctionType, MethodType, BuiltinMethodType})


class QuickContext(Context):
    """Calls macros and functions directly; Jinja looks into each as if it could be anything."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's own names
        kind = type(__obj)
        if kind is not QuickMacro and (kind not in _DIRECT or hasattr(__obj, "jinja_pass_arg")):
            return super().call(__obj, *args, **kwargs)
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return __obj.call(args, kwargs) if kind is QuickMacro else __obj(*args, **kwargs)


class QuickTemplate(Template):
    """A template whose code uses what is here in place of Jinja's own."""

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],  # noqa: A002 - Jinja's own names
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__.update(escape=_escape, Macro=QuickMacro)
        return made

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002
    ) -> TemplateModule:
        """Components are made once: what their macros read of the page they look up when they are called."""
        if vars is None or _COMPONENTS not in (self.filename or ""):
            return super().make_module(vars, shared, locals)
        if self not in _shown.components:
            seen = self.new_context(_shown.values, shared=True)
            _shown.components[self] = TemplateModule(self, seen)
        return _shown.components[self]

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002
        """Those without are made once. Jinja compares all globals each time; here they never differ."""
        if self._module is None:
            self._module = self.make_module()
        return self._module


class QuickEnvironment(Environment):
    context_class = QuickContext
    template_class = QuickTemplate

    def made(self, template: str, shared: dict[str, Any], fields: dict[str, Any]) -> str:
        """A page; its components see of it what is `shared`."""
        _shown.values.clear()
        _shown.values.update(self.globals | shared)
        return self.get_template(template).render(shared | fields)


def say(sentence: str, /, **values: Any) -> Markup:
    """A sentence of a template in the reader's language; what is filled in is escaped."""
    return _plain(sentence) if not values else _translated(sentence) % values


@lru_cache(maxsize=2048)
def _plain(sentence: str) -> Markup:
    return _translated(sentence) % {}  # a format string also without values: %% is one %


def _translated(sentence: str) -> Markup:
    # Sentences come from templates and catalogues, never from people.
    return Markup(translations("en").gettext(sentence))  # noqa: S704
