-- Versions from before the batch that ended in it.
update statistics.claims v
set to_offset = e.to_offset
from jsonb_to_recordset($1::jsonb) as e (subject text, version integer, to_offset bigint)
where v.subject = e.subject and v.version = e.version
