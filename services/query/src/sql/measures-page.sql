-- Measures in order of occurrence, each with its changes of status and the measures it replaces or is replaced by.
-- What holds on a day is worked out in Node (src/measures/status-on-day.ts): inexact dates are no matter of comparisons.
with page as materialized (
  select v.subject, v.title, v.data, v.occurred_sort, v.event_source, v.event_id
  from timeline.versions v
  where /*conditions*/
  order by /*order*/
  limit /*limit*/
),
latest_facts as (
  select distinct on (subject, direction, other, origin) subject, direction, other, action
  from (
    select p.subject, 'replaces' as direction, f.target as other, f.origin, f.action, f.recorded_at, f.partition, f."offset"
    from page p
    join timeline.relation_facts f on f.subject = p.subject
    where f.relation = 'replaces' and /*fact-conditions*/
    union all
    select p.subject, 'replaced', f.subject, f.origin, f.action, f.recorded_at, f.partition, f."offset"
    from page p
    join timeline.relation_facts f on f.target = p.subject
    where f.relation = 'replaces' and /*fact-conditions*/
  ) f
  order by subject, direction, other, origin, recorded_at desc, partition desc, "offset" desc
),
links as (
  select distinct subject, direction, other from latest_facts where action = 'link'
),
replacing as (
  select l.subject, l.other, v.data ->> 'effective' as effective, v.data #>> '{occurred,edtf}' as occurred
  from links l
  join timeline.versions v on v.subject = l.other
  where l.direction = 'replaced' and v.kind = 'measure' and v.state = 'current' and /*version-conditions*/
),
changes as (
  select s.subject, json_agg(json_build_object(
    'status', s.status,
    'on', json_build_object('edtf', s.edtf, 'earliest', s.earliest, 'latest', s.latest),
    'reason', s.reason,
    'event', json_build_object('source', s.event ->> 'source', 'id', s.event ->> 'id')) order by s."offset") as list
  from page p
  join timeline.status_changes s on s.subject = p.subject
  where /*change-conditions*/
  group by s.subject
)
select p.subject, p.title, p.data, p.occurred_sort::text as sort_key,
  json_build_object('source', p.event_source, 'id', p.event_id) as event,
  coalesce(c.list, '[]') as changes,
  coalesce((select json_agg(l.other order by l.other) from links l where l.subject = p.subject and l.direction = 'replaces'), '[]')
    as replaces,
  coalesce((
    select json_agg(json_build_object('subject', r.other, 'effective', r.effective, 'occurred', r.occurred) order by r.other)
    from replacing r
    where r.subject = p.subject), '[]') as replaced_by
from page p
left join changes c on c.subject = p.subject
order by /*page-order*/
