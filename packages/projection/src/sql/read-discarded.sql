-- Records of this range of a generation's log that an operator gave up.
select d."offset"
from projection.checkpoints c
join projection.discarded d on d.view = c.view and d.log_id = c.log_id and d.partition = c.partition
where c.view = $1 and c.generation = $2 and c.partition = $3 and d."offset" >= $4 and d."offset" < $5
