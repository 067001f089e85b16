-- Claims by who published them, as actors.sql. Reports are large, and no two the same: what matters of them is taken out.
select c.entries, grouping(c.first)::int as "isLast", c.first::text as first, c.last::text as last, count(*)::int as claims
from (
  select v.published_earliest as first, v.published_latest as last,
    (
      select json_agg(json_build_object('publisher', r.publisher, 'language', r.language))::text
      from json_to_recordset(v.data -> 'reports') as r (publisher text, language text)
    ) as entries
  from timeline.versions v
  where /*conditions*/
) c
where c.entries is not null
group by grouping sets ((c.entries, c.first), (c.entries, c.last))
