-- What operators ask of the projectors: rebuilds, verifications, redactions. A row commands; NOTIFY only hints.

create table projection.jobs (
  id bigint generated always as identity primary key,
  -- Jobs asked for by one request share it.
  request uuid not null,
  view text not null,
  -- rebuild: a new generation, to be promoted. partial: rows of some subjects anew, in place. verification: a generation
  -- made for comparison alone.
  kind text not null check (kind in ('rebuild', 'partial', 'verification')),
  cause text not null check (cause in ('request', 'version', 'redaction')),
  promote text not null default 'auto' check (promote in ('auto', 'manual')),
  dry_run boolean not null default false,
  filter jsonb,
  -- The View.version that must do it; null: that of the live generation, or a newer one.
  version integer,
  state text not null default 'building'
    check (state in ('building', 'verifying', 'ready', 'promoted', 'failed', 'cancelled')),
  phase text not null default 'requested',
  generation integer,
  events_done bigint not null default 0,
  events_total bigint,
  -- Events a second, of late.
  rate double precision,
  -- The position that was verified.
  verified_at bigint[],
  differences jsonb,
  reason text,
  promotion text check (promotion in ('asked', 'asked-despite-differences')),
  owner text,
  -- Who took it up, when, and from where it went on.
  attempts jsonb not null default '[]',
  requested_at timestamptz not null default now(),
  started_at timestamptz,
  heartbeat_at timestamptz,
  finished_at timestamptz
);

-- One rebuild a view at a time; verifications don't count.
create unique index jobs_running on projection.jobs (view) where finished_at is null and kind <> 'verification';
create index jobs_active on projection.jobs (view) where finished_at is null;
create index jobs_verifications on projection.jobs (view, id) where kind = 'verification';
create index jobs_request on projection.jobs (request);

-- A generation that nobody needs any more and the runner drops.
alter table projection.generations drop constraint generations_state_check;
alter table projection.generations add constraint generations_state_check
  check (state in ('building', 'verifying', 'ready', 'live', 'kept', 'failed', 'retired'));
