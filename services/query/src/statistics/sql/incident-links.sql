-- The pairs of claims that are linked by same-incident: of each origin the latest fact of a pair decides, whichever side
-- it was written on. A claim that is not there yet joins nothing; claims are looked up one by one, which the limits make
-- sure of: a hash would read all of them.
select p.a, p.b
from (
  select distinct on (f.a, f.b, f.origin) f.a, f.b, f.action
  from (
    select least(f.subject, f.target) as a, greatest(f.subject, f.target) as b,
      f.origin, f.action, f.recorded_at, f.partition, f."offset"
    from timeline.relation_facts f
    where f.relation = 'same-incident' and /*fact-conditions*/
  ) f
  order by f.a, f.b, f.origin, f.recorded_at desc, f.partition desc, f."offset" desc
) p
where p.action = 'link'
  and (select true from timeline.versions k where k.subject = p.a and /*known-conditions*/ limit 1)
  and (select true from timeline.versions k where k.subject = p.b and /*known-conditions*/ limit 1)
group by p.a, p.b
