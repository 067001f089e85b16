update projection.generations set state = $3 where view = $1 and generation = $2
