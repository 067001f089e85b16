-- The claims linked to m.subject by same-incident, whichever side said so: of each origin the latest fact of the pair
-- decides. Claims that are not there yet join nothing.
select l.other
from (
  select distinct on (f.other, f.origin) f.other, f.action
  from (
    select f.target as other, f.origin, f.action, f.recorded_at, f.partition, f."offset"
    from timeline.relation_facts f
    where f.subject = m.subject and f.relation = 'same-incident' and /*fact-conditions*/
    union all
    select f.subject, f.origin, f.action, f.recorded_at, f.partition, f."offset"
    from timeline.relation_facts f
    where f.target = m.subject and f.relation = 'same-incident' and /*fact-conditions*/
  ) f
  order by f.other, f.origin, f.recorded_at desc, f.partition desc, f."offset" desc
) l
where l.action = 'link'
  and exists (select from timeline.versions k where k.subject = l.other and /*known-conditions*/)
