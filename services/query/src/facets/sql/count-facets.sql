-- How many of the chosen claims have each term, and lie between which years and months: sums that can be added and
-- subtracted (read-facet-counts.ts). Terms are taken apart in the select list, twice as fast as by a lateral join, and
-- counted before the wanted ones are picked: 0.4 s for 160,000 claims, whatever is asked for.
-- The comments that hold one name only are filled with fixed fragments.
select key, n::int as count
from (
  select term as key, count(*) as n
  from (select unnest(v.terms) as term from timeline.versions v where /*conditions*/) t
  group by term
) counted
where /*wanted*/
