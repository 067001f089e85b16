-- The live generation that the build was found equal to, row by row; null: none, or not looked yet. Whoever takes the job
-- up need not compare them once more to know what its promotion changes for readers.
alter table projection.jobs add column equal_to integer;
