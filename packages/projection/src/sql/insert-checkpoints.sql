insert into projection.checkpoints (view, generation, partition, log_id)
select $1, $2, partition, $3 from generate_series(0, $4::integer - 1) as partition
