-- Of claims that are linked: by how many there are fewer incidents than claims in each group that some are certain in.
-- Claims are looked up one by one, which the limit makes sure of: a hash would read all of them.
with incident as materialized (
  select * from unnest(/*subjects*/::text[], /*incidents*/::text[]) as i (subject, incident)
)
select json_build_array(/*names*/)::text as key, shared as count
from (
  select /*values*/(count(distinct c.incident) - count(*))::int as shared
  from (
    select i.incident, v.kind, v.terms, /*reports*/ as reports, v.earliest, v.latest
    from incident i
    cross join lateral (
      select * from timeline.versions v where v.subject = i.subject and /*conditions*/ limit 1
    ) v
  ) c
  /*joins*/
  where /*certain*/
  group by /*groups*/
) counted
where shared <> 0
