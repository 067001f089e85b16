-- The log a generation is filled from, and its number of partitions.
select min(log_id) as log_id, count(*)::integer as partitions
from projection.checkpoints
where view = $1 and generation = $2
