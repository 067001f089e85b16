select differences
from projection.jobs
where view = $1 and kind = 'verification' and state = 'ready'
order by id desc
limit 1
