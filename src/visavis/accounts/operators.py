"""Operators are made on the machine itself, never through the web."""

from datetime import datetime
from uuid import UUID

from visavis.accounts import passwords, queries
from visavis.accounts.rules import LINK_LASTS, MOST_NAME, clean_email, clean_password, why_weak
from visavis.kit import audit
from visavis.kit.actor import SYSTEM
from visavis.kit.clock import utc_now
from visavis.kit.db import Database
from visavis.kit.errors import InvalidInputError
from visavis.kit.sql import Tx
from visavis.live.actions import end_streams
from visavis.operations.errors import StartError
from visavis.operations.roles import WORKER, url_for
from visavis.settings import Settings


async def create_operator(
    database_url: str, settings: Settings, email: str, name: str, password: str
) -> None:
    """An operator's account with a confirmed address; one that is there becomes it, with this password, and
    whoever was in is out: anybody may have signed up with the address.

    Raises StartError with what is wrong with address, name or password.
    """
    address = _checked(email, name.strip(), password)
    fresh = await passwords.hashed(clean_password(password))
    database = await Database.open(url_for(database_url, WORKER, settings.secret_key))
    try:
        async with database.handle().transaction(SYSTEM) as tx:
            now = utc_now()
            account_id: UUID = await queries.make_operator.value(tx, address, now, fresh)
            await queries.name_operator.run(tx, account_id, name.strip())
            await _put_everybody_out(tx, account_id, now)
            await audit.record(tx, SYSTEM, "make_operator", ("account", account_id), [account_id], at=now)
    finally:
        await database.close()


async def _put_everybody_out(tx: Tx, account_id: UUID, now: datetime) -> None:
    for purpose in LINK_LASTS:
        await queries.use_all_tokens.run(tx, account_id, purpose, now)
    await queries.revoke_all_keys.run(tx, account_id, now)
    await end_streams(tx, await queries.delete_other_sign_ins.values(tx, account_id, None))


def _checked(email: str, name: str, password: str) -> str:
    if not 1 <= len(name) <= MOST_NAME:
        raise StartError("The name must have 1 to 100 characters.")
    weakness = why_weak(clean_password(password), email, name)
    if weakness:
        raise StartError(weakness)
    try:
        return clean_email(email)
    except InvalidInputError as wrong:
        raise StartError(wrong.fields["email"]) from None
