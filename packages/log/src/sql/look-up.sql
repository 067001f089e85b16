-- Receipts of the ids given, and states of the subjects given. The limits keep the planner at one index probe a row.
select 'receipt' as kind, r.source as name, r.id, r.partition, r."offset", r.hash, b.recorded_at, null::jsonb as state
from unnest($1::text[], $2::text[]) as w (source, id)
cross join lateral (
  select * from log.receipts as r where r.source = w.source and r.id = w.id limit 1
) as r
left join lateral (
  select b.recorded_at from log.batches as b
  where b.partition = r.partition and b.from_offset <= r."offset"
  order by b.from_offset desc limit 1
) as b on true
union all
select 'subject', s.subject, null, null, null, null, null, s.state
from unnest($3::text[]) as w (subject)
cross join lateral (select * from log.subjects as s where s.subject = w.subject limit 1) as s
