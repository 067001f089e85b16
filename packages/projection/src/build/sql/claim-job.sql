-- `events`: what is committed, which may be more than what its last owner had told.
update projection.jobs j
set owner = $2,
  started_at = coalesce(started_at, now()),
  heartbeat_at = now(),
  events_done = held.events,
  attempts = attempts || jsonb_build_object(
    'owner', $2::text, 'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'from', case when j.generation is null then 'start' else 'checkpoints' end, 'events', held.events)
from (
  select coalesce(sum(c.next_offset), 0)::bigint as events
  from projection.jobs k
  join projection.checkpoints c on c.view = k.view and c.generation = k.generation
  where k.id = $1
) held
where j.id = $1 and j.finished_at is null
returning j.id
