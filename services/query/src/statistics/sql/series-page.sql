-- Which series there are, with their coverage: a page of them by key, and one more to tell whether it is the last.
-- The keys are found one by one on the index of series, so that a page costs what its own series have in figures: grouping
-- all figures would cost what there is of all of them, for the first page as for the last.
-- Claims are looked up one by one, which the limits make sure of: a hash would read all of them for a few figures.
with recursive keys (key, n) as (
  (
    select f.series, 1
    from statistics.figures f
    cross join lateral (
      select from statistics.claims c
      where c.subject = f.subject and c.version = f.version and /*visible*/
      limit 1
    ) c
    where f.policy = /*policy*/ and /*recorded*/
    order by f.series
    limit 1
  )
  union all
  select (
    select f.series
    from statistics.figures f
    cross join lateral (
      select from statistics.claims c
      where c.subject = f.subject and c.version = f.version and /*visible*/
      limit 1
    ) c
    where f.series > k.key
      and f.policy = /*policy*/ and /*recorded*/
    order by f.series
    limit 1
  ), k.n + 1
  from keys k
  where k.key is not null and k.n <= /*offset*/ + /*limit*/
)
select k.key, s.*
from keys k
cross join lateral (
  select min(f.measure) as measure, min(f.unit) as unit, min(f.border) as border, min(f.country) as country,
    count(distinct f.subject)::int as claims, min(f.period_from) as "from", max(f.period_to) as "to"
  from statistics.figures f
  cross join lateral (
    select from statistics.claims c
    where c.subject = f.subject and c.version = f.version and /*visible*/
    limit 1
  ) c
  where f.series = k.key
    and f.policy = /*policy*/ and /*recorded*/
) s
where k.key is not null and k.n > /*offset*/
order by k.key
