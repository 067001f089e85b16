-- Whoever feeds this partition stands still until the end of this transaction.
select next_offset from projection.checkpoints where view = $1 and generation = $2 and partition = $3 for update
