-- Which claims are chosen, as far as the limit.
select v.subject
from timeline.versions v
where /*conditions*/
limit /*limit*/::int
