-- In order of id, so that two rounds that want the same ids wait for each other in one direction only.
-- An id that another round has taken meanwhile is left out of what is returned.
insert into log.receipts (source, id, partition, "offset", hash)
select r.source, r.id, r.partition, r."offset", r.hash
from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[]) as r (source, id, partition, "offset", hash)
order by r.source collate "C", r.id collate "C"
on conflict (source, id) do nothing
