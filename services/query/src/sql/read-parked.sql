-- One record, parked or discarded, with its bytes.
select p.id, p.view, p.generation, p.partition, p."offset", p.recorded_at, p.parked_at, p.reason, p.message,
  p.subject, p.source, p.event_id, p.type, p.attempts, p.retried_at,
  p.requested, p.requested_at, p.requested_by, p.request_reason,
  null::timestamptz as discarded_at, null as discarded_by, null as discard_reason, p.value
from projection.parked p
where p.id = $1
union all
select d.id, d.view, d.generation, d.partition, d."offset", d.recorded_at, d.parked_at, d.reason, d.message,
  d.subject, d.source, d.event_id, d.type, d.attempts, d.retried_at,
  null, null, null, null,
  d.discarded_at, d.discarded_by, d.discard_reason, d.value
from projection.discarded d
where d.id = $1
