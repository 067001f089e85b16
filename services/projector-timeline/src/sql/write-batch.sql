-- All rows of one batch in one round trip. A first version that exists already stays as it is, and so do the
-- relations it states: another producer's second report of a subject has no effect.
with written as (
  insert into timeline.versions (
    subject, version, partition, from_offset, to_offset, change, reason, note,
    state, kind, type, title, earliest, latest, occurred_sort,
    published_earliest, published_latest, first_recorded_at, recorded_at,
    event_source, event_id, terms, search_config, search,
    occurred, published, figures, data)
  select subject, version, $1, from_offset, to_offset, change, reason, note,
    state, kind, type, title, earliest, latest, occurred_sort,
    published_earliest, published_latest, first_recorded_at, recorded_at,
    event_source, event_id, string_to_array(terms, e'\x1f'), search_config,
    coalesce(
      search_vector::tsvector,
      case search_config when 'english' then to_tsvector('english', search_text)
        else to_tsvector('english', search_text) || to_tsvector(search_config::regconfig, search_text) end),
    occurred::json, published::json, figures::json, data::json
  from (
    select
      unnest($4::text[]) as subject, unnest($5::integer[]) as version, unnest($6::bigint[]) as from_offset,
      unnest($7::bigint[]) as to_offset, unnest($8::text[]) as change, unnest($9::text[]) as reason,
      unnest($10::text[]) as note, unnest($11::text[]) as state, unnest($12::text[]) as kind,
      unnest($13::text[]) as type, unnest($14::text[]) as title, unnest($15::date[]) as earliest,
      unnest($16::date[]) as latest, unnest($17::date[]) as occurred_sort, unnest($18::date[]) as published_earliest,
      unnest($19::date[]) as published_latest, unnest($20::timestamptz[]) as first_recorded_at,
      unnest($21::timestamptz[]) as recorded_at, unnest($22::text[]) as event_source,
      unnest($23::text[]) as event_id, unnest($24::text[]) as terms, unnest($25::text[]) as occurred,
      unnest($26::text[]) as published, unnest($27::text[]) as figures, unnest($28::text[]) as data,
      unnest($29::text[]) as search_config, unnest($30::text[]) as search_text, unnest($31::text[]) as search_vector
  ) rows
  on conflict (subject, version) do nothing
  returning subject, version
), facts as (
  insert into timeline.relation_facts (
    subject, relation, target, origin, action, partition, "offset", recorded_at, event_source, event_id)
  select f.subject, f.relation, f.target, f.origin, f.action, $1, f."offset", f.recorded_at, f.event_source, f.event_id
  from jsonb_to_recordset($2::jsonb) as f (
    subject text, version integer, relation text, target text, origin text, action text, "offset" bigint,
    recorded_at timestamptz, event_source text, event_id text)
  where f.version is null or exists (
    select from written w where w.subject = f.subject and w.version = f.version)
  on conflict do nothing
), changes as (
  insert into timeline.status_changes (
    subject, partition, "offset", recorded_at, status, edtf, earliest, latest, reason,
    published_earliest, published_latest, event)
  select s.subject, $1, s."offset", s.recorded_at, s.status, s.edtf, s.earliest, s.latest, s.reason,
    s.published_earliest, s.published_latest, s.event
  from jsonb_to_recordset($3::jsonb) as s (
    subject text, "offset" bigint, recorded_at timestamptz, status text, edtf text, earliest date, latest date,
    reason text, published_earliest date, published_latest date, event jsonb)
)
select count(*)::integer as written from written
