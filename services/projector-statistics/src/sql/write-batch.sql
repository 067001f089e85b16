-- All rows of one batch in one round trip. A first version that exists already stays as it is, without the figures
-- of another producer's second report.
with written as (
  insert into statistics.claims (
    subject, version, partition, from_offset, to_offset, state, kind, type, title,
    published_earliest, published_latest, published, first_recorded_at, event_source, event_id)
  select subject, version, $1, from_offset, to_offset, state, kind, type, title,
    published_earliest, published_latest, published::jsonb, first_recorded_at, event_source, event_id
  from (
    select
      unnest($2::text[]) as subject, unnest($3::integer[]) as version, unnest($4::bigint[]) as from_offset,
      unnest($5::bigint[]) as to_offset, unnest($6::text[]) as state, unnest($7::text[]) as kind,
      unnest($8::text[]) as type, unnest($9::text[]) as title, unnest($10::date[]) as published_earliest,
      unnest($11::date[]) as published_latest, unnest($12::text[]) as published,
      unnest($13::timestamptz[]) as first_recorded_at, unnest($14::text[]) as event_source,
      unnest($15::text[]) as event_id
  ) r
  on conflict (subject, version) do nothing
  returning subject, version
), figures as (
  insert into statistics.figures (
    subject, version, ordinal, series, measure, unit, border, country, accounting,
    period, period_from, period_to, period_to_earliest, chain, publisher, text, qualifier,
    lower, best, upper, lower_inclusive, upper_inclusive, policy, recorded_at)
  select f.subject, f.version, f.ordinal, f.series, f.measure, f.unit, f.border, f.country, f.accounting,
    f.period, f.period_from, f.period_to, f.period_to_earliest, f.chain, f.publisher, f.text, f.qualifier,
    f.lower, f.best, f.upper, f.lower_inclusive, f.upper_inclusive, f.policy, f.recorded_at
  from (
    select
      unnest($16::text[]) as subject, unnest($17::integer[]) as version, unnest($18::integer[]) as ordinal,
      unnest($19::text[]) as series, unnest($20::text[]) as measure, unnest($21::text[]) as unit,
      unnest($22::text[]) as border, unnest($23::text[]) as country, unnest($24::text[]) as accounting,
      unnest($25::text[]) as period, unnest($26::date[]) as period_from, unnest($27::date[]) as period_to,
      unnest($28::date[]) as period_to_earliest, unnest($29::text[]) as chain, unnest($30::text[]) as publisher,
      unnest($31::text[]) as text, unnest($32::text[]) as qualifier, unnest($33::double precision[]) as lower,
      unnest($34::double precision[]) as best, unnest($35::double precision[]) as upper,
      unnest($36::boolean[]) as lower_inclusive, unnest($37::boolean[]) as upper_inclusive,
      unnest($38::text[]) as policy, unnest($39::timestamptz[]) as recorded_at
  ) f
  join written using (subject, version)
)
select count(*)::integer as written from written
