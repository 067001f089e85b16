-- Every version with its title and the figures it gives, for verification.
select c.partition, c.from_offset as "offset",
  c.event_source || ' ' || c.event_id || ' ' || c.subject || case when c.state = 'retracted' then '' else
    ' ' || c.title || coalesce((
      select string_agg(' ' || f.measure || ' ' || f.text, '' order by f.ordinal)
      from statistics.figures f
      where f.subject = c.subject and f.version = c.version), '') end as content
from statistics.claims c
