-- Partitions that have been written to and no longer begin at offset 0.
select l.partition
from log.lanes as l
where l.written_to > 0
  and not exists (select from log.events as e where e.partition = l.partition and e."offset" = 0)
order by l.partition
