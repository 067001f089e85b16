-- Claims by the places they name, as actors.sql.
select c.entries, grouping(c.first)::int as "isLast", c.first::text as first, c.last::text as last, count(*)::int as claims
from (
  select v.data ->> 'places' as entries, v.earliest as first, v.latest as last
  from timeline.versions v
  where /*conditions*/
) c
where c.entries is not null and c.entries <> '[]'
group by grouping sets ((c.entries, c.first), (c.entries, c.last))
