"""SQL of who wants to hear of what, how."""

from visavis.kit.sql import Query, Statement
from visavis.notifications.rules import Choice

find_choice = Query(
    Choice,
    "What an account chose, if it ever did.",
    """
    select sound_on, volume, quiet_from, quiet_to, sound_off, browser_off, mail_off
    from notification_choice where account_id = $1
    """,
)
put_choice = Statement(
    "An account's choices, in place of those it made before.",
    """
    insert into notification_choice
        (account_id, sound_on, volume, quiet_from, quiet_to, sound_off, browser_off, mail_off)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (account_id) do update set sound_on = $2, volume = $3, quiet_from = $4, quiet_to = $5,
        sound_off = $6, browser_off = $7, mail_off = $8
    """,
)
