update projection.jobs
set state = 'promoted', phase = 'done', rate = null, finished_at = now(), events_done = $2, events_total = $2
where id = $1
