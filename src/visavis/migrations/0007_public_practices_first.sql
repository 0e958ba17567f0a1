-- Whether a practice is public is known from its row; whether one has a session there is a search.
-- Two policies are asked in no order of ours, and the search came first on every read of a public practice:
-- its cost grew with the practitioner's history. One policy asks the cheap question first.

drop policy in_public on practice;
drop policy of_my_session on practice;
create policy in_public_or_of_my_session on practice for select to visavis_web
    using (published_at is not null
        or exists (select from session s where s.practitioner_id = practice.practitioner_id
            and s.client_id = (select current_account())));
