insert into projection.amendments (view, log_id, generation_before, generation, offsets, subjects)
select $1, (
    select min(c.log_id) from projection.checkpoints c where c.view = $1 and c.generation = $3),
  $2, $3, $4::bigint[], $5::text[]
