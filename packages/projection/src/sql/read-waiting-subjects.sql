-- Which of these subjects have a parked event, so that their later ones must wait.
select distinct subject
from projection.parked
where view = $1 and generation = $2 and partition = $3 and subject = any ($4::text[])
