-- A subject's parked records in order; without a subject ($4 null) the record itself.
select "offset", recorded_at, value, appended
from projection.parked
where view = $1 and generation = $2 and partition = $3
  and case when $4::text is null then id = $5 else subject = $4 and reason <> 'misplaced' end
order by "offset"
limit $6
