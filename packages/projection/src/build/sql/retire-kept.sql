update projection.generations set state = 'retired' where view = $1 and state = 'kept' and generation <> $2
