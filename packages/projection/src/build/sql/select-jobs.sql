-- By id, by request, by view, by kind; newest first. Those before the id $6; with $7 those after it, oldest first.
select j.id, j.request, j.view, j.kind, j.cause, j.promote, j.dry_run, j.filter, j.version, j.state, j.phase,
  j.generation, j.events_done, j.events_total, j.rate, j.verified_at, j.equal_to, j.differences, j.reason, j.promotion, j.owner,
  j.attempts, j.requested_at, j.started_at, j.finished_at,
  (select min(c.log_id) from projection.checkpoints c where c.view = j.view) as log_id
from projection.jobs j
where ($1::bigint is null or j.id = $1)
  and ($2::uuid is null or j.request = $2)
  and ($3::text is null or j.view = $3)
  and ($5::text[] is null or j.kind = any ($5))
  and ($6::bigint is null or case when $7 then j.id > $6 else j.id < $6 end)
order by case when $7 then j.id end, j.id desc
limit $4
