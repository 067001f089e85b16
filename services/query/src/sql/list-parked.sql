-- Records that live generations could not apply, and those that wait behind them, in the order they were set aside.
select p.id, p.view, p.generation, p.partition, p."offset", p.recorded_at, p.parked_at, p.reason, p.message,
  p.subject, p.source, p.event_id, p.type
from projection.parked p
join projection.views v on v.view = p.view and v.live = p.generation
where p.id > $1
order by p.id
limit $2
