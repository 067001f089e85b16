-- Tells the projector that owns the partition what to do with a parked record; the NOTIFY is only a hint. Of two requests
-- on one record the later counts.
with asked as (
  update projection.parked
  set requested = $2, request_reason = $3, requested_by = $4, requested_at = now()
  where id = $1
  returning view
)
select pg_notify('ledgerline_parked', view) from asked
