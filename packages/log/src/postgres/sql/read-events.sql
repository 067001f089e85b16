-- The end is of the same snapshot as the events. One row without an event says that there was none.
select l.written_to as "end", e."offset", e.recorded_at, e.subject, e.content
from log.lanes as l
left join lateral (
  select * from log.events as e
  where e.partition = l.partition and e."offset" >= $2::bigint and e."offset" < $3::bigint
  order by e."offset"
  limit $4
) as e on true
where l.partition = $1::int
order by e."offset"
