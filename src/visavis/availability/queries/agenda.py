"""SQL of the practitioner's calendar: what is held, or was, between two instants."""

from visavis.availability.queries.calendar import ClashRow
from visavis.kit.sql import Query


class AgendaRow(ClashRow, frozen=True):
    """A session of the acting practitioner, over or not."""

    @property
    def is_open(self) -> bool:
        return self.status not in ("completed", "no_show")


sessions_between = Query(
    AgendaRow,
    "The acting practitioner's sessions that touch $1 to $2: open ones, and those whose time came.",
    """
    select s.id, n.name as client_name, s.offering_name, s.status, s.starts_at, s.ends_at
    from session s join person n on n.id = s.client_id
    where s.practitioner_id = (select current_account()) and s.blocked && tstzrange($1, $2)
        and s.status in ('pending_approval', 'approved', 'payment_submitted', 'confirmed', 'in_progress',
            'completed', 'no_show')
    order by s.starts_at, s.id
    """,
)
