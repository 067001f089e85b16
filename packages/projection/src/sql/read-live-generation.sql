select g.generation, g.version
from projection.views v
join projection.generations g on g.view = v.view and g.generation = v.live
where v.view = $1
