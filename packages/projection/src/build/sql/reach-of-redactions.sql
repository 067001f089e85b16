-- What a view must have applied before rows of the subject's redacted events can be replaced.
select partition, max("offset") + 1 as next
from projection.redactions
where log_id = $1 and subject = $2
group by partition
