-- What the latest point of each of these series rests on: the figures of its last period, the longest where several end
-- together. A cumulative needs its whole count: bounds are carried, and a fall shows against what was before.
-- The last period is found at the end of an index, and claims are looked up one by one, which the limits make sure of.
with latest as materialized (
  select wanted.series, l.accounting, l.period_from, l.period_to
  from unnest(/*series*/) as wanted (series)
  cross join lateral (
    select f.accounting, f.period_from, f.period_to
    from statistics.figures f
    cross join lateral (
      select from statistics.claims c
      where c.subject = f.subject and c.version = f.version and /*visible*/
      limit 1
    ) c
    where f.series = wanted.series
      and f.policy = /*policy*/ and /*recorded*/
    order by f.period_to desc nulls last, f.period_from nulls first, f.accounting
    limit 1
  ) l
),
-- Each is one range of an index, which one condition for all three is not.
figure as (
  select f.*
  from latest l
  join statistics.figures f on f.series = l.series and f.period_to = l.period_to and f.accounting = l.accounting
    and f.period_from is not distinct from l.period_from
  where l.accounting <> 'cumulative'
  union all
  select f.*
  from latest l
  join statistics.figures f on f.series = l.series and f.period_to is null and f.accounting = l.accounting
    and f.period_from is not distinct from l.period_from
  where l.accounting <> 'cumulative' and l.period_to is null
  union all
  select f.*
  from latest l
  join statistics.figures f on f.series = l.series and f.accounting = l.accounting
    and f.period_from is not distinct from l.period_from
  where l.accounting = 'cumulative'
)
select f.subject as claim, f.ordinal, f.series, f.measure, f.unit, f.border, f.country, f.accounting,
  f.period, f.period_from as "periodFrom", f.period_to as "periodTo",
  case when f.period like '%/%' and f.period_to_earliest < f.period_to then f.period_to_earliest end as "periodToEarliest",
  f.chain, f.publisher, f.text, f.qualifier, f.policy,
  f.lower, f.best, f.upper, f.lower_inclusive as "lowerInclusive", f.upper_inclusive as "upperInclusive"
from figure f
cross join lateral (
  select from statistics.claims c
  where c.subject = f.subject and c.version = f.version and /*visible*/
  limit 1
) c
where f.policy = /*policy*/ and /*recorded*/
