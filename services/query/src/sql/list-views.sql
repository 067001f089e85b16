-- Each view's live generation: how far it is, what it has parked, and which generations there are.
select v.view, g.generation, g.version, min(c.log_id) as log_id,
  array_agg(c.next_offset order by c.partition) as offsets,
  sum(c.parked)::int as parked,
  (
    select json_agg(json_build_object('generation', o.generation, 'version', o.version, 'state', o.state) order by o.generation)
    from projection.generations o
    where o.view = v.view
  ) as generations
from projection.views v
join projection.generations g on g.view = v.view and g.generation = v.live
join projection.checkpoints c on c.view = g.view and c.generation = g.generation
group by v.view, g.generation, g.version
order by v.view
