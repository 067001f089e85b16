-- Which version of which claim speaks: visible by position as in timeline.versions.
create table statistics.claims (
  subject text collate "C" not null,
  version integer not null,
  partition integer not null,
  from_offset bigint not null,
  to_offset bigint,
  state text not null,
  kind text not null,
  type text not null,
  title text not null,
  -- Of this version's own report; null for a retraction, which always applies.
  published_earliest date,
  published_latest date,
  -- Of the newest version that was published: what a correction without reports goes by.
  published jsonb not null,
  first_recorded_at timestamptz not null,
  event_source text collate "C" not null,
  event_id text collate "C" not null,
  primary key (subject, version)
);

-- Which claims may not be shown any more: only those are without a title.
create index claims_unlawful on statistics.claims (subject) where state = 'retracted' and title = '';

-- The figures that a version of a claim gives; a retracted claim gives none.
create table statistics.figures (
  subject text collate "C" not null,
  version integer not null,
  ordinal integer not null,
  series text collate "C" not null,
  measure text not null,
  unit text not null,
  border text,
  country text,
  accounting text not null,
  -- EDTF as recorded, and the days of its ends: period_to is the latest reading of the end, period_to_earliest the
  -- earliest. They differ where the end is inexact.
  period text not null,
  period_from date,
  period_to date,
  period_to_earliest date,
  -- Whose count it is: figures of one chain succeed one another, figures of two stand side by side.
  chain text not null,
  publisher text not null,
  text text not null,
  qualifier text not null,
  lower double precision not null,
  best double precision,
  upper double precision,
  lower_inclusive boolean not null,
  upper_inclusive boolean not null,
  -- The named policy that made bounds of the wording.
  policy text not null,
  -- When its version was: a read of long ago passes over what came since.
  recorded_at timestamptz not null,
  primary key (subject, version, ordinal)
);

create index figures_series on statistics.figures (series, recorded_at);
-- The last period of a series, without a look at the others.
create index figures_latest on statistics.figures (series, period_to desc nulls last, period_from nulls first, accounting);
