-- The index of one log: what makes appends idempotent and checks a subject's rules. Derived from the log, rebuilt from
-- it at will (drop schema log cascade, with a Kafka log). Only `events` is no index: it is the embedded log itself.

create table log.logs (
  single boolean primary key default true check (single),
  log_id text not null,
  adapter text not null check (adapter in ('kafka', 'postgres')),
  partitions int not null check (partitions > 0)
);

-- One row a partition, locked by whoever writes to it or indexes it.
create table log.lanes (
  partition int primary key,
  -- receipts, batches and subjects tell of every record before this offset, and of none after it
  indexed_to bigint not null default 0,
  -- embedded log only: the partition's end
  written_to bigint not null default 0,
  last_recorded_at timestamptz(3) not null default '-infinity'
) with (fillfactor = 10);

create table log.receipts (
  source text collate "C",
  id text collate "C",
  partition int not null,
  "offset" bigint not null,
  hash text collate "C" not null,
  primary key (source, id)
);

-- Records written together share their time; kept here once rather than in every receipt, which is
-- inserted before the time is known (as a reservation of its id).
create table log.batches (
  partition int,
  from_offset bigint,
  recorded_at timestamptz(3) not null,
  primary key (partition, from_offset)
);

create table log.subjects (
  subject text collate "C" primary key,
  state jsonb not null
) with (fillfactor = 80);

create table log.events (
  partition int,
  "offset" bigint,
  recorded_at timestamptz(3) not null,
  subject text collate "C" not null,
  content text not null,
  primary key (partition, "offset")
);
