-- Every figure of one series that stands, named as in figure.ts.
-- Claims are looked up one by one, which the limits make sure of: a hash would read all of them for a few figures.
select f.subject as claim, f.ordinal, f.series, f.measure, f.unit, f.border, f.country, f.accounting,
  f.period, f.period_from as "periodFrom", f.period_to as "periodTo",
  -- Only the end of an interval can be inexact: a count over `2020` ends with that year.
  case when f.period like '%/%' and f.period_to_earliest < f.period_to then f.period_to_earliest end as "periodToEarliest",
  f.chain, f.publisher, f.text, f.qualifier, f.policy,
  f.lower, f.best, f.upper, f.lower_inclusive as "lowerInclusive", f.upper_inclusive as "upperInclusive"
from statistics.figures f
cross join lateral (
  select from statistics.claims c
  where c.subject = f.subject and c.version = f.version and /*visible*/
  limit 1
) c
where f.series = /*series*/
  and f.policy = /*policy*/ and /*recorded*/
