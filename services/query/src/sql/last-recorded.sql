-- The append time that no event before a position ($1) passes: in every partition times never fall, so that it is that of
-- the last record there, or where the journal hasn't this very one (it is void, parked or no event) of the next that it has.
-- One probe of the primary key a partition. null where a partition has none: then the position is about the end.
select case
    when count(*) = 0 then '-infinity'
    when bool_and(last.recorded_at is not null)
      then to_char(max(last.recorded_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  end as time
from unnest($1::bigint[]) with ordinality as p (next_offset, number)
left join lateral (
  select e.recorded_at
  from journal.events e
  where e.partition = p.number - 1 and e."offset" >= p.next_offset - 1
  order by e."offset"
  limit 1
) last on true
where p.next_offset > 0
