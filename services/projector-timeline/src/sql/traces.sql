-- What each event left, for verification: a version with its data as recorded, a link, a status.
select partition, from_offset as "offset",
  event_source || ' ' || event_id || ' ' || subject || ' ' || case when change = 'retracted' then '' else data::text end
    as content
from timeline.versions
union all
select distinct partition, "offset",
  event_source || ' ' || event_id || ' ' || subject || ' ' || action || ' ' || relation || ' ' || target
from timeline.relation_facts
where origin = 'link'
union all
select partition, "offset", (event ->> 'source') || ' ' || (event ->> 'id') || ' ' || subject || ' ' || status || ' ' || edtf
from timeline.status_changes
