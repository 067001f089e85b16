-- Text search configurations that claims have besides English: from one to the next on an index of those claims alone.
with recursive c (config) as (
  (select v.search_config from timeline.versions v where v.search_config <> 'english' order by v.search_config limit 1)
  union all
  select (
    select v.search_config from timeline.versions v
    where v.search_config <> 'english' and v.search_config > c.config
    order by v.search_config
    limit 1
  )
  from c
  where c.config is not null
)
select config from c where config is not null
