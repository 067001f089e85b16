-- All events of a range that filters leave. Partition by partition, so that each is a range of the primary key.
select coalesce(sum(counted.n), 0)::int as total
from unnest(/*after*/::bigint[], /*until*/::bigint[]) with ordinality as range (low, high, number)
cross join lateral (
  select count(*) as n
  from journal.events v
  where v.partition = range.number - 1 and v."offset" >= range.low and v."offset" < range.high
    and /*conditions*/
) counted
