-- Which series there are, with their coverage: a page of them by key, and one more to tell whether it is the last.
select f.series as key, min(f.measure) as measure, min(f.unit) as unit, min(f.border) as border, min(f.country) as country,
  count(distinct f.subject)::int as claims, min(f.period_from) as "from", max(f.period_to) as "to"
from statistics.figures f
join statistics.claims c on c.subject = f.subject and c.version = f.version
where f.policy = /*policy*/
  and /*visible*/
group by f.series
order by f.series
limit /*limit*/ + 1
offset /*offset*/
