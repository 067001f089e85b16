-- Subjects of the events between two positions ($1, $2): all that can be different between them. By partition, in order
-- and with a limit ($3), so that each is a walk of the primary key and never a scan of the log. What the journal itself
-- could not apply, or was told to leave out, another view may have applied.
select e.subject
from unnest($1::bigint[], $2::bigint[]) with ordinality as range (low, high, number)
cross join lateral (
  select e.subject
  from journal.events e
  where e.partition = range.number - 1 and e."offset" >= range.low and e."offset" < range.high
  order by e."offset"
  limit $3
) e
union
select p.subject
from unnest($1::bigint[], $2::bigint[]) with ordinality as range (low, high, number)
join projection.parked p on p.view = 'journal' and p.partition = range.number - 1
  and p."offset" >= range.low and p."offset" < range.high
where p.subject is not null
union
select d.subject
from unnest($1::bigint[], $2::bigint[]) with ordinality as range (low, high, number)
join projection.discarded d on d.view = 'journal' and d.log_id = $4 and d.partition = range.number - 1
  and d."offset" >= range.low and d."offset" < range.high
where d.subject is not null
