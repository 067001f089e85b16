-- Every event of the subject that the journal holds.
insert into projection.redactions (log_id, partition, "offset", subject, source, event_id, reason, redacted_by)
select $1, e.partition, e."offset", e.subject, e.source, e.id, $3, $4
from journal.events e
where e.subject = $2
on conflict do nothing
returning 1
