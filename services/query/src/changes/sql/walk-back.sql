-- For each of some events, $1 to $3 in the merged order: the offset after the last event of each partition that is met on the
-- way back from it, up to the one asked for before it or until $4 events have been passed; from the index alone.
with asked as (
  select key, at, partition, "offset", lag(at, 1, '-infinity') over k as from_at, lag(partition, 1, -1) over k as from_partition,
    lag("offset", 1, -1::bigint) over k as from_offset
  from unnest($1::timestamptz[], $2::int[], $3::bigint[]) with ordinality as a (at, partition, "offset", key)
  window k as (order by key)
)
select met.passed::int, met.partitions, met.offsets
from asked a
cross join lateral (
  select coalesce(sum(last.events), 0) as passed, coalesce(array_agg(last.partition), '{}') as partitions,
    coalesce(array_agg(last."offset" + 1), '{}') as offsets
  from (
    select b.partition, max(b."offset") as "offset", count(*) as events
    from (
      select e.partition, e."offset"
      from journal.events e
      where (e.recorded_at, e.partition, e."offset") <= (a.at, a.partition, a."offset")
        and (e.recorded_at, e.partition, e."offset") > (a.from_at, a.from_partition, a.from_offset)
      order by e.recorded_at desc, e.partition desc, e."offset" desc
      limit $4::int
    ) b
    group by b.partition
  ) last
) met
order by a.key
