select partition, "offset" from projection.redactions where log_id = $1
