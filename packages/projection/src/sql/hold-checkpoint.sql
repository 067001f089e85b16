-- To write without moving the checkpoint: only the partition's owner gets the row, and nobody moves it meanwhile.
select parked
from projection.checkpoints
where view = $1 and generation = $2 and partition = $3 and epoch = $4
for no key update
