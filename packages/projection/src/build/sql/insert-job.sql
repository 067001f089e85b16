-- Nothing where a rebuild of the view is under way.
insert into projection.jobs (request, view, kind, cause, promote, dry_run, filter, version)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing
returning id, pg_notify('ledgerline_rebuild', id::text)
