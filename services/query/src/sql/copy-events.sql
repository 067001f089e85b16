-- All events of a range in the merged order of the log, for COPY in binary form: it takes no parameters, so that numbers
-- are put where the comments hold a name. The two times are where the range begins and ends on the index
-- (recorded_at, partition, offset): one probe a partition each.
copy (
  select v.partition, v."offset", v.recorded_at, v.event
  from journal.events v
  where v."offset" >= (/*after*/)[v.partition + 1]
    and v."offset" < (/*until*/)[v.partition + 1]
    and /*beginning*/
    and v.recorded_at <= (
      select max(last.recorded_at)
      from unnest(/*until*/) with ordinality as u (until, number)
      cross join lateral (
        select e.recorded_at
        from journal.events e
        where e.partition = u.number - 1 and e."offset" < u.until
        order by e."offset" desc
        limit 1
      ) last
    )
  order by v.recorded_at, v.partition, v."offset"
  limit /*limit*/
) to stdout (format binary)
