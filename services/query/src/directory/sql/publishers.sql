select r.publisher as name, null as kind, null as country,
  array_remove(array_agg(distinct r.language order by r.language), null) as details,
  count(distinct v.subject)::int as claims, min(v.published_earliest) as first, max(v.published_latest) as last,
  array_agg(distinct v.subject) as subjects
from timeline.versions v
cross join lateral json_to_recordset(v.data -> 'reports') as r (publisher text, language text)
where /*conditions*/
group by r.publisher
