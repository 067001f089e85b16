select e.partition, e."offset", e.recorded_at, e.event::text as event,
  to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact_time
from journal.events e
where e.source = $1 and e.id = $2 and e."offset" < ($3::bigint[])[e.partition + 1]
