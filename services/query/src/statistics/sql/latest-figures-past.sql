-- What the latest point of each of these series rests on: the figures of its last period, the longest where several end
-- together. A cumulative needs its whole count: bounds are carried, and a fall shows against what was before.
-- As of a position long past: by the index of times, since the last periods may all have been reported later.
-- Claims are looked up one by one, which the limits make sure of: a hash would read all of them for a few figures.
with standing as materialized (
  select f.*
  from statistics.figures f
  cross join lateral (
    select from statistics.claims c
    where c.subject = f.subject and c.version = f.version and /*visible*/
    limit 1
  ) c
  where f.series = any (/*series*/)
    and f.policy = /*policy*/ and /*recorded*/
),
latest as (
  select distinct on (series) series, accounting, period_from, period_to
  from standing
  order by series, period_to desc nulls last, period_from nulls first, accounting
)
select f.subject as claim, f.ordinal, f.series, f.measure, f.unit, f.border, f.country, f.accounting,
  f.period, f.period_from as "periodFrom", f.period_to as "periodTo",
  case when f.period like '%/%' and f.period_to_earliest < f.period_to then f.period_to_earliest end as "periodToEarliest",
  f.chain, f.publisher, f.text, f.qualifier, f.policy,
  f.lower, f.best, f.upper, f.lower_inclusive as "lowerInclusive", f.upper_inclusive as "upperInclusive"
from latest l
join standing f on f.series = l.series
  and f.accounting = l.accounting
  and f.period_from is not distinct from l.period_from
  and (f.accounting = 'cumulative' or f.period_to is not distinct from l.period_to)
