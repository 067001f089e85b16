-- For each instant or event asked for: in every partition the first offset that does not lie before it in the merged
-- order (recorded_at, partition, offset). $1 instants; $2 and $3 partition and offset, -1 for an instant alone, so that
-- records of the instant itself lie after it and an event lies before its own position.
-- Binary search on the primary key, since times never fall within a partition: about 20 probes a partition.
with recursive held as (
  select partition, next_offset from projection.checkpoints where view = 'journal' and generation = $4
),
search(key, at, key_partition, key_offset, partition, low, high) as (
  select k.key, k.at, k.key_partition, k.key_offset, h.partition, 0::bigint, h.next_offset
  from unnest($1::timestamptz[], $2::int[], $3::bigint[]) with ordinality as k (at, key_partition, key_offset, key)
  cross join held h
  union all
  select s.key, s.at, s.key_partition, s.key_offset, s.partition,
    case when found.before then found."offset" + 1 else s.low end,
    case when found.before then s.high else (s.low + s.high) / 2 end
  from search s
  left join lateral (
    select e."offset", (e.recorded_at, e.partition, e."offset") <= (s.at, s.key_partition, s.key_offset) as before
    from journal.events e
    where e.partition = s.partition and e."offset" >= (s.low + s.high) / 2 and e."offset" < s.high
    order by e."offset"
    limit 1
  ) found on true
  where s.low < s.high
)
select key::int, array_agg(least(s.low, h.next_offset) order by s.partition) as offsets,
  array_agg(h.next_offset order by s.partition) as held
from search s
join held h on h.partition = s.partition
where s.low >= s.high
group by key
order by key
