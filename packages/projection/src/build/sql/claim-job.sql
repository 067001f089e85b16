update projection.jobs
set owner = $2,
  started_at = coalesce(started_at, now()),
  heartbeat_at = now(),
  attempts = attempts || jsonb_build_object(
    'owner', $2::text, 'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'from', case when generation is null then 'start' else 'checkpoints' end, 'events', events_done)
where id = $1 and finished_at is null
returning id
