-- What there is to do for a projector of this version: not what a newer or older one must do.
select j.id
from projection.jobs j
left join projection.views v on v.view = j.view
left join projection.generations g on g.view = v.view and g.generation = v.live
where j.view = $1 and j.finished_at is null
  and case when j.version is not null then j.version = $2 else coalesce(g.version, $2) <= $2 end
order by j.id
