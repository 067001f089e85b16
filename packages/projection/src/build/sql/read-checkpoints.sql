select next_offset from projection.checkpoints where view = $1 and generation = $2 order by partition
