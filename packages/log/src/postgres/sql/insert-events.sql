-- The time is taken while the lanes are locked, so it rises with the offset even if the clock goes back.
with times as materialized (
  select l.partition, greatest(date_trunc('milliseconds', clock_timestamp()), l.last_recorded_at) as recorded_at
  from log.lanes as l where l.partition = any ($1::int[])
),
written as (
  insert into log.events (partition, "offset", recorded_at, subject, content)
  select e.partition, e."offset", t.recorded_at, e.subject, e.content
  from unnest($2::int[], $3::bigint[], $4::text[], $5::text[]) as e (partition, "offset", subject, content)
  join times as t on t.partition = e.partition
)
select partition, recorded_at from times
