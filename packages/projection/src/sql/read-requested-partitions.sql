-- Partitions in which somebody asked for something to become of a parked record.
select distinct partition
from projection.parked
where view = $1 and generation = $2 and partition = any ($3::integer[]) and requested is not null
order by partition
