"""Every page gives its template exactly what the template uses: nothing is missing, nothing is left over."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache

import pytest
from jinja2 import meta, nodes

import visavis
from visavis.kit.pages import SHARED, Page
from visavis.kit.templates import environment

_LAYOUTS = ["web/page.html", "web/dialog.html", "web/window.html"]  # what `{% extends layout %}` can be


@cache
def pages() -> dict[str, type[Page]]:
    """Every kind of page by its full name; imports the whole program."""
    for module in pkgutil.walk_packages(visavis.__path__, "visavis."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {f"{kind.__module__}.{kind.__name__}": kind for kind in _kinds(Page)}


def _kinds(kind: type[Page]) -> Iterator[type[Page]]:
    for each in kind.__subclasses__():
        if "template" in vars(each):
            yield each
        yield from _kinds(each)


@cache
def names_used(template: str) -> frozenset[str]:
    """What a template, and all it extends, includes or imports with context, expects to be given."""
    tree = _parsed(template)
    used = meta.find_undeclared_variables(tree).union(*(names_used(below) for below in _below(tree)))
    # What it sets itself, its blocks and parts may use.
    return frozenset(used - _assigned(tree)) - set(environment().globals)


@cache
def optional() -> frozenset[str]:
    """What the layouts ask for with `is defined`: a page may say it."""
    trees = [_parsed(layout) for layout in _LAYOUTS]
    tests = [each for tree in trees for each in tree.find_all(nodes.Test) if each.name == "defined"]
    return frozenset(each.node.name for each in tests if isinstance(each.node, nodes.Name))


@cache
def _parsed(template: str) -> nodes.Template:
    source, _, _ = environment().loader.get_source(environment(), template)  # type: ignore[union-attr]
    return environment().parse(source)


def _below(tree: nodes.Template) -> Iterator[str]:
    """The templates that share this one's context."""
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        if not getattr(node, "with_context", True):
            continue
        name = node.template  # type: ignore[attr-defined]
        if isinstance(name, nodes.Const):
            yield name.value
        else:
            assert isinstance(node, nodes.Extends), "only a layout is chosen while the page is made"
            yield from _LAYOUTS


def _assigned(tree: nodes.Template) -> set[str]:
    named = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
    whole = {each.target for each in tree.find_all(nodes.Import)} | {
        each.name for each in tree.find_all(nodes.Macro)
    }
    single = {
        one if isinstance(one, str) else one[1]
        for each in tree.find_all(nodes.FromImport)
        for one in each.names
    }
    return named | whole | single


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_page_and_its_template_agree(name: str) -> None:
    page = pages()[name]
    used = names_used(page.template) - SHARED
    fields = set(page.__struct_fields__)
    assert used - fields - optional() == set(), f"{page.template} uses what {name} does not have"
    assert fields - used == set(), f"{name} has what {page.template} does not use"


def test_every_template_can_be_read() -> None:
    for name in environment().list_templates():
        if name.endswith(".html"):
            environment().get_template(name)


def test_no_template_gives_another_meaning_to_what_all_share() -> None:
    """A name that is set outside of macros is seen by the layout, too."""
    for name in environment().list_templates(["html"]):
        tree = _parsed(name)
        named = {each.name for each in tree.find_all(nodes.Name) if each.ctx == "store"}
        assert named & SHARED <= {"_"}, name  # for what is not needed


def test_what_is_remembered_says_nothing_of_who_asks() -> None:
    """A fragment that is used again for others: of what all templates share it uses words and the time."""
    remembered = [page for page in pages().values() if page.place is not Page.place]
    assert remembered
    for page in remembered:
        trees = [_parsed(page.template)]
        for tree in trees:
            trees += [_parsed(each.template.value) for each in tree.find_all(nodes.Include)]  # type: ignore[attr-defined]
        used = set().union(*(meta.find_undeclared_variables(tree) for tree in trees))
        assert used & SHARED <= {"_", "gettext", "ngettext", "now"}, page.template


def test_components_are_made_once_for_all_pages() -> None:
    """They read of a page only what every page has, and only in macros, which look it up when called."""
    for name in environment().list_templates(["html"]):
        if name.startswith("web/components/"):
            assert names_used(name) <= SHARED, name
            whole = _parsed(name)
            body = [node for node in whole.body if not isinstance(node, nodes.Macro)]
            outside = nodes.Template(body, lineno=1).set_environment(environment())
            read = meta.find_undeclared_variables(outside) - _assigned(whole)
            assert read <= set(environment().globals), name
    ui = environment().get_template("web/ui.html")
    assert ui.make_module({"now": 1}) is ui.make_module({"now": 2})
