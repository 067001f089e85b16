-- Claims that may differ between the live generation and the one before it: those named when one took the other's place,
-- and since. Both are fed by the same code, so that no other claim has come to differ.
select count(*) filter (where a.id = b.first) as begun, bool_or(a.subjects is null) as unnamed,
  coalesce(array_agg(distinct s.subject) filter (where s.subject is not null), '{}') as subjects
from (
  select max(p.id) as first
  from projection.amendments p
  where p.view = $1 and p.generation_before = $2 and p.generation = $3
) b
join projection.amendments a on a.view = $1 and a.id >= b.first
left join lateral unnest(a.subjects) as s (subject) on true
