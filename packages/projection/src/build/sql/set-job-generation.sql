update projection.jobs set generation = $3
where id = $1 and owner = $2 and finished_at is null
returning id
