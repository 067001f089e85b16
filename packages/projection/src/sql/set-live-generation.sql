with moved as (
  insert into projection.views (view, live) values ($1, $2)
  on conflict (view) do update set live = excluded.live
  returning view
)
select pg_notify('ledgerline_generation', view) from moved
