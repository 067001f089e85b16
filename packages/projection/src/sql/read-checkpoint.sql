select log_id, next_offset, last_recorded_at, parked
from projection.checkpoints
where view = $1 and generation = $2 and partition = $3
