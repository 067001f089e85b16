-- Subjects of the events between two positions: all that can be different between them.
v.subject in (
  select e.subject
  from unnest(/*low*/::bigint[], /*high*/::bigint[]) with ordinality as range (low, high, number)
  join journal.events e on e.partition = range.number - 1 and e."offset" >= range.low and e."offset" < range.high
)
