-- The owner's sign of life. No row: the job is finished or somebody else's.
update projection.jobs
set state = $3, phase = $4, events_done = $5, events_total = $6, rate = $7, heartbeat_at = now()
where id = $1 and owner = $2 and finished_at is null
returning promotion, pg_notify('ledgerline_rebuild', id::text)
