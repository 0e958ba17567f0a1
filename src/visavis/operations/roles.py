"""The roles of PostgreSQL that Visavis works under.

The owner migrates. `visavis_web` and `visavis_worker` log in, own nothing and cannot pass row-level security;
`visavis_lookup` never logs in and owns the few functions that look across accounts.
"""

import base64
import hashlib
import hmac
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from visavis.operations.errors import StartError
from visavis.operations.secrets import SCRAM_ITERATIONS, derived_password

WEB = "visavis_web"
WORKER = "visavis_worker"
LOOKUP = "visavis_lookup"

_MAKE = """
do $$ begin
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role};
    end if;
end $$;
"""

_GRANTS = """
grant {lookup} to current_user with inherit false, set true;
do $$ begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to {web}, {worker}', current_database());
end $$;
"""


async def ensure_roles(owner: asyncpg.Connection, secret_key: bytes) -> None:
    """Make the roles that are missing and set their passwords. Call it under the lock of migrations.

    Raises StartError when the owner may not.
    """
    try:
        for role in (WEB, WORKER, LOOKUP):
            await owner.execute(_MAKE.format(role=role))
        for role in (WEB, WORKER):
            await owner.execute(f"alter role {role} login password '{_verifier(secret_key, role)}'")
        await owner.execute(_GRANTS.format(web=WEB, worker=WORKER, lookup=LOOKUP))
    except asyncpg.InsufficientPrivilegeError as error:
        raise StartError(
            f"The database role of VISAVIS_DATABASE_URL needs CREATEROLE and must own its database: {error}."
        ) from error


def url_for(url: str, role: str, secret_key: bytes) -> str:
    """The address `url` with user and password of `role` (WEB or WORKER) in place of the owner's."""
    parts = urlsplit(url)
    hosts = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{derived_password(secret_key, role)}@{hosts}"))


def _verifier(secret_key: bytes, role: str) -> str:
    """What PostgreSQL keeps of a SCRAM-SHA-256 password (RFC 5802 §3), so no log can hold the password."""
    password = derived_password(secret_key, role).encode()
    salt = hmac.digest(secret_key, f"salt of {role}".encode(), "sha256")[:16]
    salted = hashlib.pbkdf2_hmac("sha256", password, salt, SCRAM_ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${SCRAM_ITERATIONS}:{salt64}${stored64}:{server64}"
