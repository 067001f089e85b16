-- What queries have counted over all claims, so that a process that was just started need not count again. It follows from
-- the views: where it is missing it is counted anew.
create table kept_counts (
  -- Digest of what was asked for.
  question text primary key,
  -- Digest of what the counts are true of: the generation, and what was made anew in it apart from events.
  name text not null,
  -- Next offset by partition.
  offsets bigint[] not null,
  -- Deflated JSON, [key, count] each.
  counts bytea not null,
  counted_at timestamptz not null default now()
);
