-- The log as rows: what streams, replays and raw reads are served from.
create table journal.events (
  partition integer not null,
  "offset" bigint not null,
  recorded_at timestamptz not null,
  source text collate "C" not null,
  id text collate "C" not null,
  subject text collate "C" not null,
  type text not null,
  -- Of the claim the event makes; null for links, status changes and retractions.
  kind text,
  -- The text as recorded: json, not jsonb, keeps it.
  event json not null,
  -- What filters look at: of the event's own data, of `corrected` in a correction.
  terms text[] collate "C" not null,
  earliest date,
  latest date,
  published_earliest date,
  published_latest date,
  primary key (partition, "offset"),
  unique (source, id)
);

create index events_recorded on journal.events (recorded_at, partition, "offset");
create index events_subject on journal.events (subject);
create index events_terms on journal.events using gin (terms);
