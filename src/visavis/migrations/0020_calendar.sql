-- All facts of a calendar in one look: reading them row by row asked of each row anew whether its practice is public.
-- And what a practitioner calls a day off, or where a travel leads, is nobody else's to read: only the times count.

drop policy in_public on date_override;
drop policy in_public on slot_switch;
drop policy in_public on travel;

create policy lookup on working_hours for select to visavis_lookup using (true);
create policy lookup on date_override for select to visavis_lookup using (true);
create policy lookup on slot_switch for select to visavis_lookup using (true);
create policy lookup on travel for select to visavis_lookup using (true);
grant select on working_hours, date_override, slot_switch, travel to visavis_lookup;
grant create on schema public to visavis_lookup;
set local role visavis_lookup; -- its owner

-- For whom may see the practice: the same people as the policies of `practice` say. Null for everybody else.
-- In plpgsql, which keeps its plans.
create function calendar_facts(practitioner uuid, from_at timestamptz, to_at timestamptz) returns text
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
    return (
        select jsonb_build_array(p.time_zone, p.slot_step_minutes, p.buffer_before_minutes, p.buffer_after_minutes,
            p.notice_minutes, p.window_days, p.most_sessions_a_day, p.most_sessions_a_week, p.default_length_minutes,
            (select jsonb_agg(jsonb_build_array(h.day_of_week, h.starts_minute, h.ends_minute, h.offering_ids)
                    order by h.day_of_week, h.starts_minute, h.id)
                from working_hours h where h.practitioner_id = practitioner and h.is_available),
            (select jsonb_agg(jsonb_build_array(o.on_date, o.minutes,
                    case when practitioner = current_account() then o.name else '' end) order by o.on_date)
                from date_override o where o.practitioner_id = practitioner
                    and o.on_date between from_at::date - 3 and to_at::date + 3),
            (select jsonb_agg(jsonb_build_array(t.id, lower(t.dates), upper(t.dates) - 1, t.time_zone) order by t.dates)
                from travel t where t.practitioner_id = practitioner
                    and t.dates && daterange(from_at::date - 11, to_at::date + 12)),
            (select jsonb_agg(jsonb_build_array(date_part('epoch', lower(w.during)), date_part('epoch', upper(w.during)),
                    w.is_available) order by w.during)
                from slot_switch w where w.practitioner_id = practitioner and w.during && tstzrange(from_at, to_at)))::text
        from practice p where p.practitioner_id = practitioner
            and (p.published_at is not null or practitioner = current_account()
                or exists (select from session s where s.practitioner_id = practitioner and s.client_id = current_account())));
end $$;

revoke all on function calendar_facts(uuid, timestamptz, timestamptz) from public;
grant execute on function calendar_facts(uuid, timestamptz, timestamptz) to visavis_web, visavis_worker;
reset role;
revoke create on schema public from visavis_lookup;
