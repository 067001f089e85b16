-- Events between two positions with what filters look at, merged by (recorded_at, partition, offset): in each partition a
-- range of the primary key, so that the cost is of the range and not of the log, whatever is filtered out.
select e.partition, e."offset", e.recorded_at, e.event::text as event, e.source, e.subject, e.type, e.terms,
  e.earliest, e.latest, e.published_earliest, e.published_latest
from unnest(/*after*/::bigint[], /*until*/::bigint[]) with ordinality as r (after, until, number)
cross join lateral (
  select v.*
  from journal.events v
  where v.partition = r.number - 1 and v."offset" >= r.after and v."offset" < r.until
    and /*conditions*/
  order by v."offset"
  limit /*limit*/
) e
order by e.recorded_at, e.partition, e."offset"
limit /*limit*/
