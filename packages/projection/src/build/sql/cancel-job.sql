-- At once, whatever its owner does: the owner finds that the row is no longer its own.
update projection.jobs
set state = 'cancelled', phase = 'done', rate = null, finished_at = now()
where id = $1 and finished_at is null
returning id, pg_notify('ledgerline_rebuild', id::text)
