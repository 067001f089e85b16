-- A column of the batch as one array each, the events' own text among them: json keeps it as it is.
-- A (source, id) that is there already is another record of the same event.
with written as (
  insert into journal.events (
    partition, "offset", recorded_at, source, id, subject, type, kind, event, terms,
    earliest, latest, published_earliest, published_latest)
  select $1, "offset", recorded_at, source, id, subject, type, kind, event::json, string_to_array(terms, e'\x1f'),
    earliest, latest, published_earliest, published_latest
  from (
    select
      unnest($2::bigint[]) as "offset", unnest($3::timestamptz[]) as recorded_at, unnest($4::text[]) as source,
      unnest($5::text[]) as id, unnest($6::text[]) as subject, unnest($7::text[]) as type,
      unnest($8::text[]) as kind, unnest($9::text[]) as event, unnest($10::text[]) as terms,
      unnest($11::date[]) as earliest, unnest($12::date[]) as latest, unnest($13::date[]) as published_earliest,
      unnest($14::date[]) as published_latest
  ) r
  on conflict do nothing
  returning 1
)
select count(*)::integer as written from written
