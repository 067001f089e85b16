-- The newest version of each of these claims, and which events the claim has had. What it says is read only where the
-- batch retracts it: a retraction shows the version before.
select v.subject, v.version, v.kind, v.type, v.state, v.first_recorded_at,
  v.published,
  case when wanted.content then json_build_object(
    'title', v.title, 'earliest', v.earliest, 'latest', v.latest, 'occurred_sort', v.occurred_sort,
    'terms', v.terms, 'search_config', v.search_config, 'searched', encode(tsvectorsend(v.search), 'base64'),
    'occurred', v.occurred, 'figures', v.figures, 'data', v.data) end as content,
  (
    select json_agg(json_build_array(e.event_source, e.event_id))
    from (
      select w.event_source, w.event_id from timeline.versions w where w.subject = v.subject
      union all
      select f.event_source, f.event_id from timeline.relation_facts f where f.subject = v.subject and f.origin = 'link'
      union all
      select s.event ->> 'source', s.event ->> 'id' from timeline.status_changes s where s.subject = v.subject
    ) e
  ) as events,
  (
    -- What the claim's own data links it to, as far as nobody has undone it since.
    select json_agg(json_build_array(d.relation, d.target))
    from (
      select distinct on (f.relation, f.target) f.relation, f.target, f.action
      from timeline.relation_facts f
      where f.subject = v.subject and f.origin = 'data'
      order by f.relation, f.target, f.partition, f."offset" desc
    ) d
    where d.action = 'link'
  ) as data_links
from unnest($1::text[], $2::boolean[]) as wanted (subject, content)
cross join lateral (
  select * from timeline.versions n where n.subject = wanted.subject order by n.version desc limit 1
) v
