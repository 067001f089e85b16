-- Claims and incidents by group, as one row: how many bins the days of the claims make, and the items of a page as JSON.
-- A claim counts as certain in a group where all days it may have happened on are in it, else as possible (details 19).
with incident as materialized (
  select * from unnest(/*subjects*/::text[], /*incidents*/::text[]) as i (subject, incident)
),
chosen as materialized (
  select v.subject, v.kind, v.terms, /*reports*/ as reports, v.earliest, v.latest
  from timeline.versions v
  where /*conditions*/
),
-- Where a claim's days have no end, they reach as far as the window, or as far as any claim's.
extent as (
  select
    least(min(least(earliest, latest)), /*to*/::date) as first,
    greatest(max(greatest(earliest, latest)), /*from*/::date) as last
  from chosen
),
c as materialized (
  select chosen.*, coalesce(i.incident, chosen.subject) as incident,
    greatest(coalesce(chosen.earliest, /*from*/::date, e.first), /*from*/::date) as lo,
    least(coalesce(chosen.latest, /*to*/::date, e.last), /*to*/::date) as hi
  from chosen
  cross join extent e
  left join incident i on i.subject = chosen.subject
),
size as (
  select coalesce(sum((hi - lo) / /*days-a-bin*/::int + 1), 0)::float8 as bins from c
),
counted as materialized (
  select /*values*/
    count(*) filter (where /*certain*/)::int as claims,
    count(distinct c.incident) filter (where /*certain*/)::int as incidents,
    count(*) filter (where not (/*certain*/))::int as possible
  from c
  /*joins*/
  where (select bins from size) <= /*most-bins*/::float8 and /*overlap*/
  /*group-by*/
)
select (select bins from size) as bins,
  coalesce((
    select json_agg(p)
    from (select * from counted /*order-by*/ limit /*limit*/::int + 1 offset /*offset*/::int) p
  ), '[]') as items
