-- Moves a parked record out of the way, with who gave it up and why.
with gone as (
  delete from projection.parked where id = $1 returning *
),
kept as (
  insert into projection.discarded
    (id, view, generation, log_id, partition, "offset", subject, source, event_id, type, reason, message, value,
     recorded_at, parked_at, attempts, retried_at, discarded_by, discard_reason)
  select g.id, g.view, g.generation, c.log_id, g.partition, g."offset", g.subject, g.source, g.event_id, g.type, g.reason,
    g.message, g.value, g.recorded_at, g.parked_at, g.attempts, g.retried_at, g.requested_by, g.request_reason
  from gone g
  join projection.checkpoints c using (view, generation, partition)
  -- Another generation's record of the same place: the first reason stands.
  on conflict (view, log_id, partition, "offset") do nothing
),
-- A generation built meanwhile has parked it as well.
others as (
  update projection.parked p
  set requested = 'discard', requested_at = g.requested_at, requested_by = g.requested_by, request_reason = g.request_reason
  from gone g
  where p.view = g.view and p.generation <> g.generation and p.partition = g.partition and p."offset" = g."offset"
)
update projection.checkpoints c
set parked = c.parked - 1
from gone g
where c.view = g.view and c.generation = g.generation and c.partition = g.partition
