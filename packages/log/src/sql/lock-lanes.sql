-- In order of partition, so that rounds of other processes can wait for ours but never we for each other.
select partition, indexed_to, written_to,
  to_char(nullif(last_recorded_at, '-infinity') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_recorded_at,
  (select log_id from log.logs) as log_id
from log.lanes
where partition = any ($1::int[])
order by partition
for update
