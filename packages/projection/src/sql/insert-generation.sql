insert into projection.generations (view, generation, version, state) values ($1, $2, $3, $4)
