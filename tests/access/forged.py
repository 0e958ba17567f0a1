"""Rows in the name of somebody else, or on somebody else's session; tests fill in whose."""

FORGED = [
    """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status,
        length_minutes, price_minor, currency, policy) values (current_account(), {third}, {offering}, '',
        'practitioner', 'pending_approval', 60, 0, 'GBP', '{{}}')""",
    "insert into account (id, email) values ({other}, 'x@example.org')",
    "insert into person (id, name, time_zone) values ({other}, 'x', 'UTC')",
    "insert into sign_in (token_hash, account_id, expires_at) values ('x', {other}, now())",
    """insert into account_token (token_hash, account_id, purpose, expires_at)
    values ('x', {other}, 'reset_password', now())""",
    "insert into api_key (account_id, name, hint, token_hash) values ({other}, 'x', '', 'x')",
    "insert into practice (practitioner_id, time_zone) values ({other}, 'UTC')",
    """insert into offering (practitioner_id, name, lengths_minutes, pricing, policy)
    values ({other}, 'x', '{{60}}', 'rate', '{{}}')""",
    """insert into working_hours (practitioner_id, day_of_week, starts_minute, ends_minute)
    values ({other}, 1, 0, 60)""",
    "insert into payment_instructions (practitioner_id, words) values ({other}, 'Pay me')",
    "insert into idempotency_key (account_id, key, request_hash) values ({other}, 'x', '')",
    """insert into slot_hold (holder_id, practitioner_id, during, blocked, expires_at)
    values ({third}, {other}, tstzrange(now(), now() + '1 h'), tstzrange(now(), now() + '1 h'),
        now() + '1 min')""",
    """insert into audit_event (actor_id, verb, subject_type, subject_id, concerns)
    values ({other}, 'x', 'x', {other}, '{{}}')""",
    """insert into session (practitioner_id, client_id, offering_id, offering_name, created_by, status,
        during, blocked, length_minutes, price_minor, currency, policy)
    values ({other}, {third}, {offering}, '', 'client', 'confirmed', tstzrange(now(), now() + '1 h'),
        tstzrange(now(), now() + '1 h'), 60, 0, 'GBP', '{{}}')""",
    "insert into feedback (session_id, practitioner_id, rating) values ({session}, {other}, 1)",
    """insert into reschedule (session_id, practitioner_id, proposed_by, during, blocked, due_at)
    values ({session}, {other}, 'client', tstzrange(now(), now() + '1 h'),
        tstzrange(now(), now() + '1 h'), now())""",
    """insert into session_note (session_id, version, practitioner_id, key_id, sealed)
    values ({session}, 2, {other}, 'x', 'x')""",
    """insert into session_note (session_id, version, practitioner_id, key_id, sealed)
    values ({session}, 2, current_account(), 'x', 'x')""",
    """insert into payment_proof (session_id, submitted_by, file_key, content_type, size_bytes)
    values ({session}, current_account(), 'x', 'image/png', 1)""",
    # Nobody is told of what oneself did not do, or of what one did alone.
    """insert into notification (account_id, event_id, kind, session_id, created_at)
    values ({other}, 1, 'book', {session}, now())""",
    """insert into notification (account_id, event_id, kind, created_at)
    values (current_account(), 1, 'book', now())""",
    "insert into notification_choice (account_id) values ({other})",
    """insert into payment_proof (session_id, submitted_by, file_key, content_type, size_bytes)
    values ({session}, {third}, 'x', 'image/png', 1)""",
    """insert into payment_proof (purchase_id, submitted_by, file_key, content_type, size_bytes)
    values ({purchase}, current_account(), 'x', 'image/png', 1)""",
    """insert into credit_package (practitioner_id, name, credits, price_minor, currency, valid_months)
    values ({other}, 'x', 5, 1, 'GBP', 12)""",
    """insert into credit_package (name, credits, price_minor, currency, valid_months)
    values ('x', 5, 1, 'GBP', 12)""",
    """insert into credit_purchase (client_id, practitioner_id, package_id, name, credits, price_minor,
        currency, valid_months)
    select {third}, practitioner_id, id, name, credits, price_minor, currency, valid_months
    from credit_package where id = {package}""",
    """insert into credit_purchase (client_id, practitioner_id, package_id, name, credits, price_minor,
        currency, valid_months)
    select current_account(), practitioner_id, id, name, credits, 1, currency, valid_months
    from credit_package where id = {package}""",
    # Nobody writes to a stranger, into a foreign room, or in somebody else's name.
    """insert into chat_message (id, room_id, author_id, body, created_at)
    values (gen_random_uuid(), {room}, current_account(), 'x', now())""",
    """insert into chat_message (id, room_id, author_id, body, created_at)
    select gen_random_uuid(), id, {other}, 'x', now() from (values ({room}::uuid)) r (id)""",
    """insert into chat_file (message_id, position, key, name, media_type, bytes)
    values ({message}, 4, 'x', 'x', 'image/jpeg', 1)""",
    "insert into chat_block (blocker_id, blocked_id, created_at) values (current_account(), {other}, now())",
    "insert into chat_block (blocker_id, blocked_id, created_at) values ({other}, {third}, now())",
    """insert into chat_report (reporter_id, reported_id, room_id, message_id, reason, created_at)
    values (current_account(), {other}, {room}, {message}, 'x', now())""",
    """insert into chat_report (reporter_id, reported_id, room_id, reason, created_at)
    values ({third}, {other}, {room}, 'x', now())""",
    "insert into video_room (session_id) values ({session})",
    """insert into paper_issuer values ({other}, 'X', '', '', 0, 'VAT', '', '', now())""",
    """insert into paper_issuer values (null, 'X', '', '', 0, 'VAT', '', '', now())""",
    """insert into paper_recipient values ({third}, 'X', '', '', now())""",
    "insert into meeting_place (practitioner_id, url) values ({other}, 'https://example.org')",
    """insert into video_presence (session_id, account_id, joined_at, seen_at)
    values ({session}, current_account(), now(), now())""",
    """insert into video_presence (session_id, account_id, joined_at, seen_at)
    values ({session}, {third}, now(), now())""",
    """insert into video_signal (session_id, from_id, stay_id, body, created_at)
    values ({session}, current_account(), {stay}, 'x', now())""",
    """insert into video_signal (session_id, from_id, stay_id, body, created_at)
    values ({session}, {third}, {stay}, 'x', now())""",
]
