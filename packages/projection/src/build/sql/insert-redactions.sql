-- Every event of the subject that the journal holds, and every record of it that a view could not apply.
insert into projection.redactions (log_id, partition, "offset", subject, source, event_id, reason, redacted_by)
select $1, e.partition, e."offset", e.subject, e.source, e.id, $3, $4
from journal.events e
where e.subject = $2
union
select $1, p.partition, p."offset", p.subject, coalesce(p.source, ''), coalesce(p.event_id, ''), $3, $4
from (
  select partition, "offset", subject, source, event_id from projection.parked
  union
  select partition, "offset", subject, source, event_id from projection.discarded where log_id = $1
) p
where p.subject = $2
on conflict do nothing
returning 1
