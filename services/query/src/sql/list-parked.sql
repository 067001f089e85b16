-- Records that live generations could not apply, and those that wait behind them, in the order they were set aside.
-- From an id on, or with $6 before it and backwards. Each filter is null where it is not wanted.
select p.id, p.view, p.generation, p.partition, p."offset", p.recorded_at, p.parked_at, p.reason, p.message,
  p.subject, p.source, p.event_id, p.type, p.attempts, p.retried_at,
  p.requested, p.requested_at, p.requested_by, p.request_reason
from projection.parked p
join projection.views v on v.view = p.view and v.live = p.generation
where case when $6 then p.id < $1 else p.id > $1 end
  and ($3::text is null or p.view = $3)
  and ($4::text is null or p.subject = $4)
  and ($5::text is null or p.reason = $5)
order by case when $6 then -p.id else p.id end
limit $2
