-- Claims by the actors they name, as they stand in the claim, and by their first or last day. Names are taken apart by
-- whoever reads this: once for all claims that name the same, which is cheaper than once a claim.
select c.entries, grouping(c.first)::int as "isLast", c.first::text as first, c.last::text as last, count(*)::int as claims
from (
  select v.data ->> 'actors' as entries, v.earliest as first, v.latest as last
  from timeline.versions v
  where /*conditions*/
) c
where c.entries is not null and c.entries <> '[]'
group by grouping sets ((c.entries, c.first), (c.entries, c.last))
