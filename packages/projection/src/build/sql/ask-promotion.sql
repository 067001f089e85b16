update projection.jobs
set promotion = $2
where id = $1 and kind = 'rebuild' and state = 'ready' and finished_at is null
returning id, pg_notify('ledgerline_rebuild', id::text)
