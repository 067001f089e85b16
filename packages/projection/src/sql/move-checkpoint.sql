-- Compare-and-set, first in the transaction: no row means that somebody else has gained the partition or moved it. A
-- zombie waits here for its successor's commit and then finds another epoch. The NOTIFY is only a hint for readers who
-- wait. `discards`: an operator gave up a record of this range, in this generation or an earlier one.
with moved as (
  update projection.checkpoints
  set next_offset = $6, last_recorded_at = $7
  where view = $1 and generation = $2 and partition = $3 and epoch = $4 and next_offset = $5
  returning view, log_id, partition, parked
)
select parked, pg_notify('ledgerline_view', view),
  exists (
    select from projection.discarded d
    where d.view = moved.view and d.log_id = moved.log_id and d.partition = moved.partition
      and d."offset" >= $5 and d."offset" < $6
  ) as discards
from moved
