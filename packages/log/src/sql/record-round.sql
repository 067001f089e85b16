-- What a round changed beside its receipts: states, the times of its batches, and how far each lane has come.
with states as (
  insert into log.subjects (subject, state)
  select s.subject, s.state::jsonb from unnest($1::text[], $2::text[]) as s (subject, state)
  on conflict (subject) do update set state = excluded.state
),
times as (
  insert into log.batches (partition, from_offset, recorded_at)
  select b.partition, b.from_offset, b.recorded_at
  from unnest($3::int[], $4::bigint[], $5::timestamptz[]) as b (partition, from_offset, recorded_at)
  on conflict (partition, from_offset) do nothing
)
update log.lanes as l
set indexed_to = n.indexed_to,
  written_to = greatest(l.written_to, n.written_to),
  last_recorded_at = greatest(l.last_recorded_at, n.recorded_at)
from unnest($6::int[], $7::bigint[], $8::bigint[], $9::timestamptz[]) as n (partition, indexed_to, written_to, recorded_at)
where l.partition = n.partition
