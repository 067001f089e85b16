-- Compare-and-set, first in the transaction: no row means that somebody else moved it. A zombie waits here for its
-- successor's commit and then finds another next_offset. The NOTIFY is only a hint for readers who wait.
with moved as (
  update projection.checkpoints
  set next_offset = $5, last_recorded_at = $6
  where view = $1 and generation = $2 and partition = $3 and next_offset = $4
  returning view, parked
)
select parked, pg_notify('ledgerline_view', view) from moved
