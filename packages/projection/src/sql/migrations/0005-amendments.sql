-- What became different for readers without an event (docs/decisions/0021): a line for each move of a view's pointer, and
-- for each claim whose live rows were made anew in place. It says which claims may differ; readers' rows say how.
create table projection.amendments (
  -- Given under the view's lock, so that none is seen before one with a lesser id.
  id bigint generated always as identity primary key,
  view text not null,
  log_id text not null,
  -- Read before; null: the rows were replaced, and what they said is gone.
  generation_before integer,
  -- Read from here on.
  generation integer not null,
  -- What was live stood still there, by partition; null: this partition did not. Whoever read beyond had read it anew.
  offsets bigint[] not null,
  -- In a fixed order; null: more than are named.
  subjects text[] collate "C",
  amended_at timestamptz not null default now()
);

-- Those that say something.
create index amendments_told on projection.amendments (view, id) where subjects is null or cardinality(subjects) > 0;
