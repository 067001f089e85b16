-- Parked records that operators have given up, in the order they were set aside. Pages and filters as in list-parked.sql.
select d.id, d.view, d.generation, d.partition, d."offset", d.recorded_at, d.parked_at, d.reason, d.message,
  d.subject, d.source, d.event_id, d.type, d.attempts, d.retried_at,
  d.discarded_at, d.discarded_by, d.discard_reason
from projection.discarded d
where case when $6 then d.id < $1 else d.id > $1 end
  and ($3::text is null or d.view = $3)
  and ($4::text is null or d.subject = $4)
  and ($5::text is null or d.reason = $5)
order by case when $6 then -d.id else d.id end
limit $2
