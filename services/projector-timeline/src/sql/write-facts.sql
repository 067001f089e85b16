-- What a batch says of relations and lifecycles, in one round trip.
with facts as (
  insert into timeline.relation_facts (
    subject, relation, target, origin, action, partition, "offset", recorded_at, event_source, event_id)
  select f.subject, f.relation, f.target, f.origin, f.action, $1, f."offset", f.recorded_at, f.event_source, f.event_id
  from jsonb_to_recordset($2::jsonb) as f (
    subject text, relation text, target text, origin text, action text, "offset" bigint,
    recorded_at timestamptz, event_source text, event_id text)
  on conflict do nothing
)
insert into timeline.status_changes (
  subject, partition, "offset", recorded_at, status, edtf, earliest, latest, reason,
  published_earliest, published_latest, event)
select s.subject, $1, s."offset", s.recorded_at, s.status, s.edtf, s.earliest, s.latest, s.reason,
  s.published_earliest, s.published_latest, s.event
from jsonb_to_recordset($3::jsonb) as s (
  subject text, "offset" bigint, recorded_at timestamptz, status text, edtf text, earliest date, latest date,
  reason text, published_earliest date, published_latest date, event jsonb)
