-- All that a claim has been through up to a position: its versions, and a measure's changes of status. One subject's
-- events share a partition, so that offsets alone put them in order. What was not known by the day asked for is marked, and
-- what has been found unlawful, be it later than the position.
select 'version' as entry, v.partition, v.from_offset as "offset", v.recorded_at, v.version, v.change, v.state, v.reason, v.note,
  v.event_source, v.event_id, v.published, v.data, null as status, null::json as on_days,
  v.change = 'retracted' or /*known-version*/ as known, /*withheld*/ as withheld
from timeline.versions v
where v.subject = $1 and v.from_offset < ($2::bigint[])[v.partition + 1]
union all
select 'status', s.partition, s."offset", s.recorded_at, null, 'status-changed', null, s.reason, null,
  s.event ->> 'source', s.event ->> 'id',
  json_build_object('earliest', s.published_earliest, 'latest', s.published_latest), null, s.status,
  json_build_object('edtf', s.edtf, 'earliest', s.earliest, 'latest', s.latest),
  /*known-status*/, /*withheld*/
from timeline.status_changes s
where s.subject = $1 and s."offset" < ($2::bigint[])[s.partition + 1]
order by "offset", entry desc
