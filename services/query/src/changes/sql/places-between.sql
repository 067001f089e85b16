-- Where the events of a stretch of the log lie, in the merged order; from the index alone.
select coalesce(array_agg(e.partition), '{}') as partitions, coalesce(array_agg(e."offset"), '{}') as offsets
from (
  select e.partition, e."offset"
  from journal.events e
  where (e.recorded_at, e.partition, e."offset") > ($1::timestamptz, $2::int, $3::bigint)
    and (e.recorded_at, e.partition, e."offset") <= ($4::timestamptz, $5::int, $6::bigint)
  order by e.recorded_at, e.partition, e."offset"
  limit $7::int
) e
