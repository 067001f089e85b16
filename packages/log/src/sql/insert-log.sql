-- The log that this database indexes, with its lanes. Changes nothing where there is one already.
with log as (
  insert into log.logs (log_id, adapter, partitions) values ($1, 'kafka', $2)
  on conflict (single) do nothing
)
insert into log.lanes (partition)
select generate_series(0, $2::int - 1)
on conflict (partition) do nothing
