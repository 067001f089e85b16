-- The end is of the same snapshot as the events. One row without an event says that there was none. The first event
-- comes whatever its size, the others up to a number of bytes: events may be of 64 KiB, and there are many readers.
select l.written_to as "end", e."offset", e.recorded_at, e.subject, e.content
from log.lanes as l
left join lateral (
  select b.*
  from (
    select e.*, sum(octet_length(e.content)) over (order by e."offset") - octet_length(e.content) as bytes_before
    from log.events as e
    where e.partition = l.partition and e."offset" >= $2::bigint and e."offset" < $3::bigint
    order by e."offset"
    limit $4
  ) as b
  where b.bytes_before < $5::bigint
) as e on true
where l.partition = $1::int
order by e."offset"
