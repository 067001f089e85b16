-- The receipts and states are made again from the log, before the next append.
with receipts as (delete from log.receipts),
batches as (delete from log.batches),
subjects as (delete from log.subjects)
update log.lanes set indexed_to = 0, last_recorded_at = '-infinity'
