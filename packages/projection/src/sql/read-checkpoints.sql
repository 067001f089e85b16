-- How far a generation is in each partition.
select partition, next_offset
from projection.checkpoints
where view = $1 and generation = $2
order by partition
