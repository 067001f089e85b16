-- Events in the merged order of the log, as recorded: (recorded_at, partition, offset), from one position to another.
-- The scalar subquery is where that range begins on the index (recorded_at, partition, offset): one probe a partition.
select v.partition, v."offset", v.recorded_at, v.event::text as event,
  to_char(v.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact_time
from journal.events v
where v."offset" >= (/*after*/::bigint[])[v.partition + 1]
  and v."offset" < (/*until*/::bigint[])[v.partition + 1]
  and v.recorded_at >= (
    select min(first.recorded_at)
    from unnest(/*after*/::bigint[]) with ordinality as a (next_offset, number)
    cross join lateral (
      select e.recorded_at
      from journal.events e
      where e.partition = a.number - 1 and e."offset" >= a.next_offset
      order by e."offset"
      limit 1
    ) first
  )
  and /*conditions*/
order by /*order*/
limit /*limit*/
