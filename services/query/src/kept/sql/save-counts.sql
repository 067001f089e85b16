-- The last counts of a question, in place of those before them: of another generation, or from before rows were made anew.
insert into reads.kept_counts (question, name, offsets, counts)
values ($1, $2, $3, $4)
on conflict (question) do update
set name = excluded.name, offsets = excluded.offsets, counts = excluded.counts, counted_at = now()
