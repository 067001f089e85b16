-- What besides events can make rows of a generation ($1 view, $2 schema) different at positions that it has passed: rows
-- made anew in place, and parked records, which come in behind them when they are tried again. Other stamps, other counts.
select
  (select count(*) from projection.jobs where view = $1 and kind = 'partial' and finished_at is not null)
    || ' ' || (
      select count(*) || ' ' || coalesce(sum(id), 0)
      from projection.parked where view = $1 and view || '_g' || generation = $2
    ) as stamps
