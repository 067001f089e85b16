select v.partition, v."offset", v.recorded_at, v.event::text as event,
  to_char(v.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact_time
from journal.events v
where v.source = $1 and v.id = $2 and v."offset" < ($3::bigint[])[v.partition + 1] and /*known*/
