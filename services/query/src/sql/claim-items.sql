-- Versions of claims as the JSON text of their items, built here and sent on as it is: nothing is parsed or written again
-- on the way out (2.3 times the requests of rows made in Node). $1 and $2 name the versions, in the order to be shown;
-- $3 is the position to read relations as of (or one a row: the conditions say), $4 the log's id. All that belongs to a
-- row goes by its number: the same claim may be shown more than once.
-- The comments that hold one name only are filled with fixed fragments. What the members asked for don't name is not
-- looked up: PostgreSQL leaves out what nothing refers to.
with recursive page as materialized (
  select /*page-columns*/, w.n, $4::text as log_id
  from unnest($1::text[], $2::int[]) with ordinality as w (subject, version, n)
  /*versions-join*/
),
-- What was said of these claims' relations, seen from the claims.
facts as (
  select p.n, f.relation, 'out' as direction, f.target as other, f.origin, f.action, f.recorded_at, f.partition, f."offset"
  from page p
  join timeline.relation_facts f on f.subject = p.subject
  where /*fact-conditions*/
  union all
  select p.n, f.relation, 'in', f.subject, f.origin, f.action, f.recorded_at, f.partition, f."offset"
  from page p
  join timeline.relation_facts f on f.target = p.subject
  where /*fact-conditions*/
),
latest_facts as (
  select distinct on (n, relation, side, other, origin) n, relation, direction, other, action
  from (select *, case relation when 'same-incident' then 'both' else direction end as side from facts) f
  order by n, relation, side, other, origin, recorded_at desc, partition desc, "offset" desc
),
relations as (
  select n, relation, other, max(direction) as direction,
    not exists (select from timeline.versions k where k.subject = l.other and /*known-conditions*/) as pending
  from latest_facts l
  where action = 'link'
  group by n, relation, other, case relation when 'same-incident' then 'both' else direction end
),
member(n, subject) as (
  select r.n, p.subject from relations r join page p on p.n = r.n where r.relation = 'same-incident' and not r.pending
  union
  select m.n, neighbour.other
  from member m
  cross join lateral (/*same-incident-neighbours*/) neighbour
),
incidents as (
  select n, min(subject) as incident from member group by n
)
select string_agg(/*item*/, /*separator*/ order by p.n) as items
from page p
/*incident-join*/
where /*shown*/
