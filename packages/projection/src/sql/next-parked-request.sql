-- The partition's first request. `is_first`: nothing of its subject is parked before it.
select p.id, p.requested, p.subject, p.reason,
  not exists (
    select from projection.parked e
    where e.view = p.view and e.generation = p.generation and e.partition = p.partition and e.subject = p.subject
      and e."offset" < p."offset" and e.reason <> 'misplaced'
  ) as is_first
from projection.parked p
where p.view = $1 and p.generation = $2 and p.partition = $3 and p.requested is not null
order by p."offset"
limit 1
for update of p
