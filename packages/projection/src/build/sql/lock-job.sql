select state, finished_at, owner from projection.jobs where id = $1 for update
