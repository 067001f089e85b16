-- How often rows of the timeline were made anew in place: what was counted before may not stand at its position any more.
select count(*) as mendings from projection.jobs where view = 'timeline' and kind = 'partial' and finished_at is not null
