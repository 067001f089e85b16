select coalesce(max(generation), 0) + 1 as generation from projection.generations where view = $1
