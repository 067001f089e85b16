-- Whether any figure of the series stands, whenever it was published.
select exists (
  select
  from statistics.figures f
  cross join lateral (
    select from statistics.claims c
    where c.subject = f.subject and c.version = f.version and /*visible*/
    limit 1
  ) c
  where f.series = /*series*/
    and f.policy = /*policy*/ and /*recorded*/
) as "exists"
