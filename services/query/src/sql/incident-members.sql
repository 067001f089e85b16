-- The claims joined to one by same-incident, over any number of links, itself included.
with recursive member(subject) as (
  select v.subject from timeline.versions v where v.subject = /*subject*/ and /*conditions*/
  union
  select n.other
  from member m
  cross join lateral (/*same-incident-neighbours*/) n
)
select subject from member
