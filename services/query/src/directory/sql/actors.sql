-- Names as they are spelt, with what is said beside them; spellings are joined by whoever reads this.
select a.name, a.kind, a.country, array_agg(distinct a.role order by a.role) as details,
  count(distinct v.subject)::int as claims, min(v.earliest) as first, max(v.latest) as last,
  array_agg(distinct v.subject) as subjects
from timeline.versions v
cross join lateral json_to_recordset(v.data -> 'actors') as a (name text, kind text, country text, role text)
where /*conditions*/
group by a.name, a.kind, a.country
