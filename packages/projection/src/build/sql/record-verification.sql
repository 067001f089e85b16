update projection.jobs set differences = $3, verified_at = $4, reason = $5, equal_to = $6
where id = $1 and owner = $2 and finished_at is null
returning id
