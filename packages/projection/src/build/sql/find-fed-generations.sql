-- The live generation first, then the one before it, which is kept in step so that a rollback loses nothing.
select g.generation, g.version, g.state
from projection.generations g
where g.view = $1 and g.state in ('live', 'kept')
order by g.state = 'live' desc, g.generation desc
