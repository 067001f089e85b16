select id from projection.jobs where view = $1 and finished_at is null and kind <> 'verification'
