-- Of each of these claims the version that stands at the position, whether a filter leaves it, whether there ever is one, and
-- whether it was found unlawful, be it later.
select w.subject, v.version, /*matches*/ as matches,
  exists (select from timeline.versions k where k.subject = w.subject) as "isKnown",
  exists (
    select from timeline.versions u
    where u.subject = w.subject and u.change = 'retracted' and u.reason = 'unlawful') as "isUnlawful"
from unnest(/*subjects*/::text[]) as w (subject)
left join lateral (
  select v.* from timeline.versions v where v.subject = w.subject and /*conditions*/
) v on true
