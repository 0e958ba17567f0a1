"""The practitioner's offerings: add, change, remove."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict

from visavis.accounts.authentication import require_account
from visavis.booking.policies import PRESETS, Preset
from visavis.booking.questions import KINDS, MOST_QUESTIONS
from visavis.cards.access import cards_are_taken
from visavis.kit.actor import Actor
from visavis.kit.db import Db
from visavis.kit.errors import InvalidInputError
from visavis.kit.forms import Fields, Form
from visavis.kit.money import parse_money
from visavis.kit.pages import Page, done, render, saved
from visavis.practices import actions, question_form, rules, terms_form
from visavis.practices.access import load_own_offering, load_own_practice
from visavis.practices.queries import OfferingRow, PracticeRow
from visavis.practices.routes.own import HOME
from visavis.practices.views import plain_amount

ALL = f"{HOME}/offerings"
ONE = f"{HOME}/offerings/{{offering_id:uuid}}"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A preset to choose; `values` is JSON, what its fields say."""

    key: str
    name: str
    summary: str
    values: str


class OfferingFormPage(Page, frozen=True, kw_only=True):
    """`action` is where the form goes; a new offering has no `offering_id`."""

    template: ClassVar[str] = "practices/offering_form.html"
    form: Form
    action: str
    offering_id: UUID | None
    practice: PracticeRow
    lengths: list[int]
    presets: list[Card]
    questions: list[question_form.Row]
    kinds: list[tuple[str, str]]
    full: bool
    cards: bool


def _card(preset: Preset) -> Card:
    values = msgspec.json.encode(terms_form.shown(preset.policy)).decode()
    return Card(key=preset.key, name=preset.name, summary=preset.summary, values=values)


@get(f"{ALL}/new", include_in_schema=False)
async def new_offering(request: Request[Any, Any, Any], db: Db, actor: Actor) -> Response[Any]:
    """An empty form."""
    first: dict[str, Any] = {"lengths": ["50"], "pricing": "rate", "preset": next(iter(PRESETS))}
    terms = terms_form.shown(PRESETS[first["preset"]].policy)
    return await _form(request, db, actor, None, Form(values=first | terms))


@post(ALL, include_in_schema=False)
async def add_offering(request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime) -> Response[Any]:
    """Keep a new offering."""
    data = await request.form()
    if wish := str(data.get("rows", "")):
        return await _form(request, db, actor, None, _rearranged(data, wish))
    try:
        await actions.add_offering(db, actor, await _read(db, actor, data), now)
    except InvalidInputError as refused:
        return await _form(request, db, actor, None, _again(data, refused), refused.status)
    return saved(request, HOME)


@get(ONE, include_in_schema=False)
async def offering(request: Request[Any, Any, Any], db: Db, actor: Actor, offering_id: UUID) -> Response[Any]:
    """One's own offering, to change."""
    async with db.transaction(require_account(actor)) as tx:
        practice = await load_own_practice(tx, actor)
        found = await load_own_offering(tx, actor, offering_id)
    return await _form(request, db, actor, offering_id, Form(values=_values(practice, found)))


@post(ONE, include_in_schema=False)
async def change_offering(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, offering_id: UUID
) -> Response[Any]:
    """Keep the changes; sessions already made stay as they are."""
    data = await request.form()
    if wish := str(data.get("rows", "")):
        return await _form(request, db, actor, offering_id, _rearranged(data, wish))
    try:
        await actions.change_offering(db, actor, offering_id, await _read(db, actor, data), now)
    except InvalidInputError as refused:
        return await _form(request, db, actor, offering_id, _again(data, refused), refused.status)
    return saved(request, HOME)


@post(f"{ONE}/archival", include_in_schema=False)
async def archive_offering(
    request: Request[Any, Any, Any], db: Db, actor: Actor, now: datetime, offering_id: UUID
) -> Response[Any]:
    """Offer it no longer."""
    require_account(actor)
    await actions.archive_offering(db, actor, offering_id, now)
    return done(request, HOME)


async def _form(
    request: Request[Any, Any, Any],
    db: Db,
    actor: Actor,
    offering_id: UUID | None,
    form: Form,
    status: int = 200,
) -> Response[Any]:
    async with db.transaction(require_account(actor)) as tx:
        practice = await load_own_practice(tx, actor)
        cards = await cards_are_taken(tx)
    chosen = {int(each) for each in form.value("lengths", []) if str(each).isdecimal() and len(str(each)) < 4}
    asked: list[question_form.Row] = form.value("questions", [])
    page = OfferingFormPage(
        form=form,
        action=ALL if offering_id is None else f"{ALL}/{offering_id}",
        offering_id=offering_id,
        practice=practice,
        lengths=sorted({*rules.LENGTHS, *chosen}),
        presets=[_card(each) for each in PRESETS.values() if cards or each.policy.payment != "card"],
        cards=cards,
        questions=asked,
        kinds=[(key, words) for key, words in KINDS.items()],
        full=len(asked) >= MOST_QUESTIONS,
    )
    return render(request, page, status)


def _values(practice: PracticeRow, found: OfferingRow) -> dict[str, Any]:
    price = found.fixed_price_minor
    return {
        "name": found.name,
        "description": found.description,
        "lengths": [str(each) for each in found.lengths_minutes],
        "pricing": found.pricing,
        "price": "" if price is None else plain_amount(price, practice.currency),
        "preset": found.terms.preset,
        "questions": question_form.shown(found.asks),
    } | terms_form.shown(found.terms)


def _again(data: FormMultiDict, refused: InvalidInputError) -> Form:
    return Form.refused(_typed(data) | {"questions": question_form.typed(data)}, refused)


def _rearranged(data: FormMultiDict, wish: str) -> Form:
    """After a button of the questions: everything as it was typed, with other rows."""
    return Form(
        values=_typed(data) | {"questions": question_form.rearranged(question_form.typed(data), wish)}
    )


def _typed(data: FormMultiDict) -> dict[str, Any]:
    return {name: data.get(name) for name in data} | {"lengths": data.getall("lengths", [])}


async def _read(db: Db, actor: Actor, data: FormMultiDict) -> rules.Draft:
    """The form as a draft; InvalidInputError with every complaint at once."""
    async with db.transaction(require_account(actor)) as tx:
        practice = await load_own_practice(tx, actor)
    fields = Fields(data)
    fixed = data.get("pricing") == "fixed"
    draft = rules.Draft(
        name=fields.text("name", most=80),
        description=fields.text("description", most=1000, multiline=True),
        lengths_minutes=[_minutes(each) for each in data.getall("lengths", [])],
        pricing="fixed" if fixed else "rate",
        fixed_price_minor=_price(fields, data, practice.currency) if fixed else None,
        preset=fields.text("preset", most=60),
        questions=question_form.questions_of(question_form.typed(data)),
        terms=terms_form.typed(data),
    )
    try:
        rules.check_draft(draft)
    except InvalidInputError as refused:
        for name, sentence in refused.fields.items():
            fields.complain(name, sentence)
    fields.check()
    return draft


def _minutes(text: Any) -> int:
    """0, which is refused, for what is no number."""
    return int(text) if str(text).isdecimal() and len(str(text)) < 4 else 0


def _price(fields: Fields, data: Mapping[str, Any], currency: str) -> int | None:
    try:
        return parse_money(str(data.get("price", "")), currency, "price")
    except InvalidInputError as refused:
        fields.complain("price", refused.fields["price"])
        return None


ROUTES = [new_offering, add_offering, offering, change_offering, archive_offering]
