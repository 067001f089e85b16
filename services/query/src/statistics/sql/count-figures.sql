-- By series: how many claims give figures of it, of what they are, and how many figures begin and end on which days.
-- Claims are looked up one by one, which the limits make sure of: a hash would read all of them for a few figures.
select f.series,
  case when grouping(f.measure) = 0 then json_build_array(f.measure, f.unit, f.border, f.country)::text end as about,
  f.period_from::text as first, f.period_to::text as last,
  grouping(f.measure, f.period_from, f.period_to)::int as aspect,
  count(distinct f.subject)::int as claims, count(*)::int as figures
from statistics.figures f
cross join lateral (
  select from statistics.claims c
  where c.subject = f.subject and c.version = f.version and /*visible*/
  limit 1
) c
where /*chosen*/
  and f.policy = /*policy*/ and /*recorded*/
group by grouping sets (
  (f.series), (f.series, f.measure, f.unit, f.border, f.country), (f.series, f.period_from), (f.series, f.period_to))
