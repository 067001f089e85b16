-- The pairs of claims that are linked by same-incident, from some claims on over any number of links.
with recursive link(a, b) as (
  select m.subject, n.other
  from (select c.subject collate "C" as subject from unnest(/*subjects*/::text[]) as c (subject)) m
  cross join lateral (/*same-incident-neighbours*/) n
  union
  select m.subject, n.other
  from link l
  cross join lateral (select l.b as subject) m
  cross join lateral (/*same-incident-neighbours*/) n
)
select a, b from link
