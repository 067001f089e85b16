select log_id, adapter, partitions from log.logs
