-- The claims of the timeline as a flat table for bare-reads.ts: the same rows, of the same size, ready to be sent.
create schema bench;
create table bench.claims (subject text collate "C" primary key, kind text not null, occurred date not null, country text not null, title text not null, search tsvector not null, doc json not null);
insert into bench.claims
select subject, kind, occurred_sort, substr((select min(t) from unnest(terms) t where starts_with(t, 'country:') and t <> 'country:BY'), 9), title, search,
  json_build_object('subject', subject, 'kind', kind, 'type', type, 'state', state, 'version', version, 'title', title,
    'occurred', occurred, 'published', published, 'recordedAt', recorded_at, 'position', repeat('x', 130), 'figures', figures,
    'relations', '[]'::json, 'incident', subject, 'reason', reason, 'note', note,
    'event', json_build_object('source', event_source, 'id', event_id), 'data', data)
from timeline_g1.versions
where to_offset is null and state = 'current';
create index on bench.claims (occurred, subject);
create index on bench.claims (kind, occurred);
create index on bench.claims using gin (search);
vacuum analyze bench.claims;
