-- Whether any figure of the series stands, whenever it was published.
select exists (
  select
  from statistics.figures f
  join statistics.claims c on c.subject = f.subject and c.version = f.version
  where f.series = /*series*/
    and f.policy = /*policy*/
    and /*visible*/
) as "exists"
