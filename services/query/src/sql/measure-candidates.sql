-- The next measures in order of occurrence, and which of them may stand on a day: a look at so many, whatever comes of it.
select m.subject, m.occurred_sort::text as sort_key, m.may_stand
from (
  select v.subject, v.occurred_sort, /*may-stand*/ as may_stand
  from timeline.versions v
  where /*conditions*/
  order by /*order*/
  limit /*limit*/
) m
order by /*measures-order*/
