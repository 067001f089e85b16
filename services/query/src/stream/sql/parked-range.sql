-- Records between two positions that the live generations of views could not take in: a stream names them as a gap.
select distinct p.partition, p."offset"
from unnest($2::bigint[], $3::bigint[]) with ordinality as r (after, until, number)
join projection.views v on v.view = any ($1::text[])
join projection.parked p on p.view = v.view and p.generation = v.live and p.partition = r.number - 1
  and p."offset" >= r.after and p."offset" < r.until
order by p.partition, p."offset"
limit $4
