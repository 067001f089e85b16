with parked as (
  insert into projection.parked
    (view, generation, partition, "offset", subject, source, event_id, type, reason, message, value, appended, recorded_at)
  select $1, $2, $3, r."offset", r.subject, r.source, r.event_id, r.type, r.reason, r.message,
    decode(r.value, 'base64'), r.appended, r.recorded_at
  from jsonb_to_recordset($4::jsonb) as r (
    "offset" bigint, subject text, source text, event_id text, type text, reason text, message text,
    value text, appended boolean, recorded_at timestamptz)
  returning 1
)
update projection.checkpoints
set parked = parked + (select count(*) from parked)
where view = $1 and generation = $2 and partition = $3
