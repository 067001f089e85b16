-- A place is its name, role and countries; the point is one that a claim states, where one does.
select p.name, p.role as kind, array_to_string(array(select json_array_elements_text(p.countries) order by 1), '-') as country,
  array_remove(array_agg(distinct p.point::text), null) as details,
  count(distinct v.subject)::int as claims, min(v.earliest) as first, max(v.latest) as last,
  array_agg(distinct v.subject) as subjects
from timeline.versions v
cross join lateral json_to_recordset(v.data -> 'places') as p (name text, role text, countries json, point json)
where /*conditions*/
group by 1, 2, 3
