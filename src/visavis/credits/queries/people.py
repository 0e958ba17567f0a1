"""SQL of whom credits are from, whose they are, and who looks after the platform's."""

from uuid import UUID

import msgspec

from visavis.kit.sql import Query, Statement


class PersonRow(msgspec.Struct, frozen=True):
    """Somebody one gives credits to, or has them from."""

    id: UUID
    name: str
    picture_key: str | None


people = Query(
    PersonRow, "Their names and pictures.", "select id, name, picture_key from people_of_credits($1)"
)
client_at = Statement("Who has this e-mail address; answers operators only.", "select id from client_at($1)")
operators_to_mail = Statement(
    "Whom to write to of the platform's credits; for the worker, which reads accounts.",
    "select id from account where is_operator and disabled_at is null order by id",
)
operators_to_tell = Statement(
    "The same for who acts, and sees no account but their own.", "select operators_to_tell()"
)

# How the platform is paid

platform_instructions = Statement(
    "How to pay for the platform's packages.", "select credit_instructions from installation"
)
set_platform_instructions = Statement(
    "From now on; false for who is no operator.", "select set_credit_instructions($1)"
)
