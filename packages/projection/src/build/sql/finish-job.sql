update projection.jobs
set state = $3, phase = 'done', reason = $4, rate = null, finished_at = now(),
  events_done = $5, events_total = $6
where id = $1 and owner = $2 and finished_at is null
returning id, pg_notify('ledgerline_rebuild', id::text)
