-- The newest version of each of these claims, and which events made its versions.
select v.subject, v.version, v.kind, v.type, v.state, v.title, v.published, v.first_recorded_at,
  (
    select json_agg(json_build_array(w.event_source, w.event_id))
    from statistics.claims w
    where w.subject = v.subject
  ) as events
from unnest($1::text[]) as wanted (subject)
cross join lateral (
  select * from statistics.claims n where n.subject = wanted.subject order by n.version desc limit 1
) v
