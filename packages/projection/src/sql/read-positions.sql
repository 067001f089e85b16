-- Live generations of these views and how far they are, for readers who wait; and what became different for them apart from
-- events, which goes with the pointer.
select v.view, g.generation, g.version, min(c.log_id) as log_id,
  array_agg(c.next_offset order by c.partition) as offsets, /*amended*/ as amended
from projection.views v
join projection.generations g on g.view = v.view and g.generation = v.live
join projection.checkpoints c on c.view = g.view and c.generation = g.generation
where v.view = any ($1::text[])
group by v.view, g.generation, g.version
