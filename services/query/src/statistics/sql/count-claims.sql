-- How many claims have each combination of values, and lie within which days: widened to whole bins where one unit of
-- time is counted by. Which groups that makes is for whoever reads it: such counts can be added and subtracted.
select json_build_array(/*names*/)::text as key, claims as count
from (
  select /*values*/, count(*)::int as claims
  from (
    select v.kind, v.terms, /*reports*/ as reports, v.earliest, v.latest
    from timeline.versions v
    where /*conditions*/
  ) c
  /*joins*/
  group by /*groups*/
) counted
