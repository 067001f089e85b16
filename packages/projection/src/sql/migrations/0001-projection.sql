-- What the runner keeps of its views. Rows of a view's generations live in schemas of their own (<view>_g<N>).

create table projection.generations (
  view text not null,
  generation integer not null check (generation > 0),
  -- The View.version that fills it: a generation is never filled by two versions of a view.
  version integer not null,
  state text not null check (state in ('building', 'verifying', 'ready', 'live', 'kept', 'failed')),
  created_at timestamptz not null default now(),
  primary key (view, generation)
);

-- Which generation readers read. Moving `live` is a promotion.
create table projection.views (
  view text primary key,
  live integer not null,
  foreign key (view, live) references projection.generations (view, generation)
);

-- How far a generation is: moved by compare-and-set in the transaction that writes the rows. The row's lock is
-- what orders a zombie behind its successor.
create table projection.checkpoints (
  view text not null,
  generation integer not null,
  partition integer not null,
  log_id text not null,
  next_offset bigint not null default 0,
  -- Of the last record applied: times never fall within a partition.
  last_recorded_at timestamptz,
  -- Rows in projection.parked: 0 spares each batch the question which subjects wait.
  parked integer not null default 0,
  primary key (view, generation, partition),
  foreign key (view, generation) references projection.generations (view, generation) on delete cascade
) with (fillfactor = 50);

-- Records a view could not apply, and those of the same subject that wait behind them.
create table projection.parked (
  id bigint generated always as identity unique,
  view text not null,
  generation integer not null,
  partition integer not null,
  "offset" bigint not null,
  -- As far as they could be read.
  subject text collate "C",
  source text collate "C",
  event_id text collate "C",
  type text,
  reason text not null
    check (reason in ('undecodable', 'unknown-type', 'invalid-event', 'upcast-failed', 'misplaced', 'apply-failed', 'behind')),
  message text not null,
  value bytea not null,
  recorded_at timestamptz not null,
  parked_at timestamptz not null default now(),
  primary key (view, generation, partition, "offset"),
  foreign key (view, generation) references projection.generations (view, generation) on delete cascade
);

create index parked_subject on projection.parked (view, generation, partition, subject);
