-- The embedded log with its genesis, unless the database holds a log already.
with log as (
  insert into log.logs (log_id, adapter, partitions) values ($1, 'postgres', $2)
  on conflict (single) do nothing
  returning log_id
),
genesis as (
  insert into log.events (partition, "offset", recorded_at, subject, content)
  select 0, 0, date_trunc('milliseconds', clock_timestamp()), log_id, $3 from log
)
insert into log.lanes (partition, written_to)
select p, case p when 0 then 1 else 0 end from log, generate_series(0, $2::int - 1) as p
