-- Claims named by amendments beyond what has been told, in their order; an amendment that names none is one row without.
select a.id, a.generation_before as "generationBefore", s.subject, s.n as named,
  s.n is not distinct from cardinality(a.subjects) as "isLast",
  to_char(a.amended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "amendedAt"
from projection.amendments a
left join lateral unnest(a.subjects) with ordinality as s (subject, n) on true
where a.view = 'timeline' and (a.subjects is null or cardinality(a.subjects) > 0)
  and a.log_id = $1 and a.id > $2 and a.id <= $3
order by a.id, s.n
offset $4
limit $5
