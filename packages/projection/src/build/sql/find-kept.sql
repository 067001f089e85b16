-- The generation that a rollback goes back to.
select k.generation, k.version <> l.version as is_other_version
from projection.generations k
join projection.views v on v.view = k.view
join projection.generations l on l.view = v.view and l.generation = v.live
where k.view = $1 and k.state = 'kept'
order by k.generation desc
limit 1
