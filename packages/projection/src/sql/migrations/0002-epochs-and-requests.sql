-- Who may move a checkpoint, and what operators ask to become of parked records.

-- Raised by whoever gains the partition; a transaction that carries an older one changes nothing.
alter table projection.checkpoints add column epoch bigint not null default 0;

alter table projection.parked
  -- Written by a writer of ours, that is checked when it was written: decoded again as it was the first time.
  add column appended boolean not null default false,
  add column attempts integer not null default 1,
  add column retried_at timestamptz,
  -- What the projector that owns the partition shall do. A request outlives crashes: it goes with its record.
  add column requested text check (requested in ('retry', 'discard')),
  add column requested_at timestamptz,
  add column requested_by text,
  add column request_reason text;

create index parked_requested on projection.parked (view, generation, partition, "offset") where requested is not null;

-- Parked records that an operator has given up, kept for audit. They are left out of every later generation too, or a
-- rebuilt view would differ from the one that grew live.
create table projection.discarded (
  -- As it was when parked.
  id bigint primary key,
  view text not null,
  generation integer not null,
  log_id text not null,
  partition integer not null,
  "offset" bigint not null,
  subject text collate "C",
  source text collate "C",
  event_id text collate "C",
  type text,
  reason text not null,
  message text not null,
  value bytea not null,
  recorded_at timestamptz not null,
  parked_at timestamptz not null,
  attempts integer not null,
  retried_at timestamptz,
  discarded_at timestamptz not null default now(),
  discarded_by text,
  discard_reason text not null,
  unique (view, log_id, partition, "offset")
);
