-- Every version of every claim. It holds in offsets [from_offset, to_offset) of its partition: visible at position P
-- where from_offset < P[partition] and not to_offset < P[partition].
create table timeline.versions (
  subject text collate "C" not null,
  version integer not null,
  partition integer not null,
  from_offset bigint not null,
  to_offset bigint,
  change text not null,
  reason text,
  note text,
  state text not null,
  kind text not null,
  type text not null,
  title text not null,
  earliest date,
  latest date,
  occurred_sort date,
  published_earliest date,
  published_latest date,
  first_recorded_at timestamptz not null,
  recorded_at timestamptz not null,
  event_source text collate "C" not null,
  event_id text collate "C" not null,
  terms text[] collate "C" not null,
  -- The text search configuration of the claim's language. "search" has the lexemes of all text by 'english', and where this
  -- is another one, those by it besides.
  search_config text not null,
  search tsvector not null,
  -- json, not jsonb: kept as written, copied into answers as it is, and cheaper to store
  occurred json not null,
  published json not null,
  figures json not null,
  data json,
  primary key (subject, version)
);

create index versions_occurred on timeline.versions (occurred_sort, subject);
-- Claims of more than a month, or without an end: those that may reach into a span from long before it.
create index versions_long on timeline.versions (occurred_sort, subject) where coalesce(latest - earliest, 1000) > 31;
create index versions_recorded on timeline.versions (first_recorded_at, subject);
create index versions_terms on timeline.versions using gin (terms);
create index versions_search on timeline.versions using gin (search);
-- Which languages there are besides English, without a look at every row.
create index versions_language on timeline.versions (search_config) where search_config <> 'english';
-- Which claims may not be shown any more, whichever position is asked for.
create index versions_unlawful on timeline.versions (subject) where change = 'retracted' and reason = 'unlawful';

-- Who said when that two claims belong together, or no longer do. A pair is linked where, of either origin, the
-- latest fact says so; facts of (a, b) and (b, a) are of one pair where the relation is symmetric.
create table timeline.relation_facts (
  subject text collate "C" not null,
  relation text collate "C" not null,
  target text collate "C" not null,
  origin text not null,
  action text not null,
  partition integer not null,
  "offset" bigint not null,
  recorded_at timestamptz not null,
  event_source text collate "C" not null,
  event_id text collate "C" not null,
  primary key (subject, partition, "offset", relation, target, origin)
);

create index relation_facts_target on timeline.relation_facts (target);

create table timeline.status_changes (
  subject text collate "C" not null,
  partition integer not null,
  "offset" bigint not null,
  recorded_at timestamptz not null,
  status text not null,
  edtf text not null,
  earliest date,
  latest date,
  reason text,
  published_earliest date,
  published_latest date,
  -- The whole event as recorded.
  event json not null,
  primary key (subject, partition, "offset")
);
