-- Mail with a calendar file and a way out, one sending at a time; and which version of a session a calendar has.

alter table outbox_mail
    add column calendar text not null default '' check (length(calendar) <= 20000), -- RFC 5545
    add column calendar_method text not null default '' check (calendar_method in ('', 'REQUEST', 'CANCEL')),
    add column unsubscribe_url text not null default '', -- RFC 8058
    add column sending_until timestamptz, -- one worker has it in hand until then
    add column given_up_at timestamptz, -- the mail server will never take it; last_error says why
    add check ((calendar = '') = (calendar_method = ''));

-- SEQUENCE of a session's calendar file: grows with whatever a calendar shows of it, whoever changes it.
alter table session add column sequence int not null default 0;
alter table session no force row level security; -- the owner, too, would see no row of these two
alter table audit_event no force row level security;
update session s set sequence = greatest(
    (select count(*) from audit_event e where e.subject_id = s.id and e.subject_type = 'session') - 1, 0);
alter table session force row level security;
alter table audit_event force row level security;
create function count_session_change() returns trigger language plpgsql as $$
begin
    new.sequence := old.sequence + 1;
    return new;
end $$;
create trigger session_change_counted before update on session for each row
    when (old.status is distinct from new.status or old.during is distinct from new.during
        or old.meeting_url is distinct from new.meeting_url)
    execute function count_session_change();
