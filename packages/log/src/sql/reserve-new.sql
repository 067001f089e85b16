-- For ids that are taken to be new: their receipts, in order of id (see reserve-receipts), how many there were room for,
-- and the states of the subjects. Looking first for what is not there would cost an index probe a record. Goes with
-- the lock of the lanes, before anyone has seen where they end: `nth` counts from there.
with reserved as (
  insert into log.receipts (source, id, partition, "offset", hash)
  select r.source, r.id, r.partition, l.indexed_to + r.nth, r.hash
  from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[]) as r (source, id, partition, nth, hash)
  join log.lanes as l on l.partition = r.partition
  order by r.source collate "C", r.id collate "C"
  on conflict (source, id) do nothing
  returning 1
)
select count(*) as reserved, null as subject, null as state
from reserved
union all
select null, s.subject, s.state::text
from unnest($6::text[]) as w (subject)
cross join lateral (select * from log.subjects as s where s.subject = w.subject limit 1) as s
