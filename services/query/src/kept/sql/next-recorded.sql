-- When the last of the next $3 versions was first recorded, after $1 and until $2, by the index of these times alone;
-- none where there are fewer left.
select to_char(v.first_recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as until
from timeline.versions v
where v.first_recorded_at > $1::timestamptz and v.first_recorded_at <= $2::timestamptz
order by v.first_recorded_at
offset $3::int
limit 1
