select
  exists (select from journal.events e where e.subject = $1) as is_known,
  exists (
    select from journal.events e
    where e.subject = $1 and e.type = 'claim.retracted.v1' and e.event -> 'data' ->> 'reason' = 'unlawful'
  ) as is_unlawful
