-- The chosen claims by the first and last year or month they may have happened in; an open end is empty.
select /*unit*/ || ':' || coalesce(to_char(v.earliest, /*format*/), '') || '/' || coalesce(to_char(v.latest, /*format*/), '') as key,
  count(*)::int as count
from timeline.versions v
where /*conditions*/
group by 1
