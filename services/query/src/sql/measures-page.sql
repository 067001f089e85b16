-- Measures in order of occurrence, each with its changes of status and the measures it replaces or is replaced by.
-- What holds on a day is worked out in Node (src/measures/status-on-day.ts): inexact dates are no matter of comparisons.
-- All that belongs to a measure is looked up by its own keys, which the limits and the subqueries make sure of: joined,
-- PostgreSQL read whole tables into hashes for a page.
with page as materialized (
  select v.subject, v.title, v.data, v.occurred_sort, v.event_source, v.event_id
  from timeline.versions v
  where /*conditions*/
  order by /*order*/
  limit /*limit*/
)
select p.subject, p.title, p.data, p.occurred_sort::text as sort_key,
  json_build_object('source', p.event_source, 'id', p.event_id) as event,
  coalesce((
    select json_agg(json_build_object(
      'status', s.status,
      'on', json_build_object('edtf', s.edtf, 'earliest', s.earliest, 'latest', s.latest),
      'reason', s.reason,
      'event', json_build_object('source', s.event ->> 'source', 'id', s.event ->> 'id')) order by s."offset")
    from timeline.status_changes s
    where s.subject = p.subject and /*change-conditions*/), '[]') as changes,
  coalesce((
    select json_agg(l.other order by l.other)
    from (
      select distinct l.other
      from (
        select distinct on (f.target, f.origin) f.target as other, f.action
        from timeline.relation_facts f
        where f.subject = p.subject and f.relation = 'replaces' and /*fact-conditions*/
        order by f.target, f.origin, f.recorded_at desc, f.partition desc, f."offset" desc
      ) l
      where l.action = 'link'
    ) l), '[]') as replaces,
  coalesce((
    select json_agg(json_build_object('subject', r.other, 'effective', r.effective, 'occurred', r.occurred) order by r.other)
    from (
      select distinct on (l.other) l.other, v.effective, v.occurred
      from (
        select distinct on (f.subject, f.origin) f.subject as other, f.action
        from timeline.relation_facts f
        where f.target = p.subject and f.relation = 'replaces' and /*fact-conditions*/
        order by f.subject, f.origin, f.recorded_at desc, f.partition desc, f."offset" desc
      ) l
      cross join lateral (
        select v.data ->> 'effective' as effective, v.data #>> '{occurred,edtf}' as occurred
        from timeline.versions v
        where v.subject = l.other and v.kind = 'measure' and v.state = 'current' and /*version-conditions*/
        limit 1
      ) v
      where l.action = 'link'
      order by l.other
    ) r), '[]') as replaced_by
from page p
order by /*page-order*/
