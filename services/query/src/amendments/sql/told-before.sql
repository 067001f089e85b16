-- The last amendment that whoever stands at this position has been told, or had read when it read there: what was live then
-- stood still where it was made, so that more was only to be read afterwards.
select coalesce(max(a.id), 0) as id
from projection.amendments a
where a.view = 'timeline' and (a.subjects is null or cardinality(a.subjects) > 0) and a.id <= $1
  and case
    when $2::bigint is not null then a.id <= $2
    else a.log_id <> $3
      or (not exists (select from unnest(a.offsets, $4::bigint[]) as o (held, at) where o.at < o.held)
        and exists (select from unnest(a.offsets, $4::bigint[]) as o (held, at) where o.at > o.held))
  end
