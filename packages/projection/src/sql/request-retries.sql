-- What may be understood by now: not bytes that are no JSON, nor what lies in the wrong partition.
update projection.parked
set requested = 'retry', requested_at = now(), requested_by = null, request_reason = null
where view = $1 and generation = $2 and partition = any ($3::integer[]) and requested is null
  and reason in ('unknown-type', 'invalid-event', 'upcast-failed', 'apply-failed')
