-- After a try: $4 are the offsets of those that are in now, $5 those that are not, with the reason they have now, $6 the
-- one that the rest of the chain begins with. Their requests to be tried are done with; one to be discarded stays.
with gone as (
  delete from projection.parked
  where view = $1 and generation = $2 and partition = $3 and "offset" = any ($4::bigint[])
  returning 1
),
failed as (
  update projection.parked p
  set reason = f.reason,
    message = f.message,
    attempts = p.attempts + case f.reason when 'behind' then 0 else 1 end,
    retried_at = case f.reason when 'behind' then p.retried_at else now() end,
    requested = case p.requested when 'retry' then null else p.requested end
  from jsonb_to_recordset($5::jsonb) as f ("offset" bigint, reason text, message text)
  where p.view = $1 and p.generation = $2 and p.partition = $3 and p."offset" = f."offset"
),
rest as (
  update projection.parked
  set requested = coalesce(requested, 'retry')
  where view = $1 and generation = $2 and partition = $3 and "offset" = $6::bigint
)
update projection.checkpoints
set parked = parked - (select count(*) from gone)
where view = $1 and generation = $2 and partition = $3
returning parked, pg_notify('ledgerline_view', view)
