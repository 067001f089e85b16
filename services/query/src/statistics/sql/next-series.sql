-- The series of the last of the next $2 figures, in order of series after $1, by their index alone; none where there are
-- fewer left.
select f.series as until from statistics.figures f where f.series > $1 order by f.series offset $2::int limit 1
