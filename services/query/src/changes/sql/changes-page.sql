-- What events did to claims, in the merged order of the log: an event of a claim that had an effect is one row, with the
-- versions of the claim that stood just before and just after it. An event without effect (another producer's second
-- report, a change of what is retracted) made no version, no fact and no change of status, and is no row. A link changes
-- two claims: the one it was made on and the other end.
-- Driven by the events of the range (ways-to-events.ts has the ways to them), in order; what an event did is looked up by
-- the claim's own keys.
select e.partition, e."offset", e.recorded_at, e.subject, e.source as event_source, e.id as event_id,
  to_char(e.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as exact_time,
  c.change, c.reason, c.note, c.relation, c.target, c.status, c.on_days,
  b.version as before, a.version as after, o.version as other,
  -- Claims found unlawful, be it later. Few: they have an index of their own.
  e.subject in (
    select u.subject from timeline.versions u where u.change = 'retracted' and u.reason = 'unlawful') as withheld,
  c.target is not null and c.target in (
    select u.subject from timeline.versions u where u.change = 'retracted' and u.reason = 'unlawful') as other_withheld
from /*events*/ e
cross join lateral (
  select w.version, w.partition, w.from_offset, w.change, w.reason, w.note, w.type, w.state
  from timeline.versions w
  where w.subject = e.subject and w.from_offset <= e."offset" and /*known-version*/
  order by w.version desc
  limit 1
) a
left join lateral (
  select w.version
  from timeline.versions w
  where w.subject = e.subject and w.from_offset < e."offset" and /*known-version*/
  order by w.version desc
  limit 1
) b on true
cross join lateral (
  select a.change, a.reason, a.note, null as relation, null as target, null as status, null::json as on_days
  where a.partition = e.partition and a.from_offset = e."offset"
  union all
  select case f.action when 'link' then 'linked' else 'unlinked' end, null, e.event #>> '{data,note}',
    f.relation, f.target, null, null
  from timeline.relation_facts f
  where f.subject = e.subject and f.partition = e.partition and f."offset" = e."offset" and f.origin = 'link'
  union all
  select 'status-changed', s.reason, null, null, null, s.status,
    json_build_object('edtf', s.edtf, 'earliest', s.earliest, 'latest', s.latest)
  from timeline.status_changes s
  where s.subject = e.subject and s.partition = e.partition and s."offset" = e."offset" and /*known-status*/
) c
-- Of a link the other end, as it stands at the position right after the event.
left join lateral (
  select w.version
  from timeline.versions w
  where w.subject = c.target
    and (w.from_offset < (/*after*/::bigint[])[w.partition + 1]
      or ((w.recorded_at, w.partition, w.from_offset) < (e.recorded_at, e.partition, e."offset")
        and w.from_offset < (/*until*/::bigint[])[w.partition + 1]))
    and /*known-version*/
  order by w.version desc
  limit 1
) o on true
where /*conditions*/
order by /*order*/
limit /*limit*/
