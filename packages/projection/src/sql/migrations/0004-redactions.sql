-- Records of the log whose payload no reader may be shown any more. The log keeps them (docs/decisions/0014): every
-- decoder leaves out what they say.
create table projection.redactions (
  log_id text not null,
  partition integer not null,
  "offset" bigint not null,
  subject text collate "C" not null,
  source text collate "C" not null,
  event_id text collate "C" not null,
  reason text not null,
  redacted_by text,
  redacted_at timestamptz not null default now(),
  primary key (log_id, partition, "offset")
);

create index redactions_subject on projection.redactions (subject);
