select partition, written_to as "end" from log.lanes order by partition
