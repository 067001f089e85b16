-- Whoever gains a partition raises its epoch, in the statement that tells where to go on: what another process still
-- has under way is refused from here on. Waits for a transaction that holds the row.
update projection.checkpoints
set epoch = epoch + 1
where view = $1 and generation = $2 and partition = $3
returning log_id, next_offset, last_recorded_at, parked, epoch
