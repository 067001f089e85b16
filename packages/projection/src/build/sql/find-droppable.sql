-- Neither read, nor kept to roll back to, nor of a job under way.
select g.generation
from projection.generations g
where g.view = $1 and g.state not in ('live', 'kept')
  and not exists (
    select from projection.jobs j where j.view = g.view and j.generation = g.generation and j.finished_at is null)
order by g.generation
