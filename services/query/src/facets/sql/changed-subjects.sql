-- Subjects of the events between two positions ($1, $2): all that can be different between them. By partition, in order
-- and with a limit ($3), so that each is a walk of the primary key and never a scan of the log.
select distinct e.subject
from unnest($1::bigint[], $2::bigint[]) with ordinality as range (low, high, number)
cross join lateral (
  select e.subject
  from journal.events e
  where e.partition = range.number - 1 and e."offset" >= range.low and e."offset" < range.high
  order by e."offset"
  limit $3
) e
