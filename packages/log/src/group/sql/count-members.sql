-- Also the heartbeat: it keeps the session from being ended as idle.
select count(*)::int as members
from pg_locks
where locktype = 'advisory' and granted and objsubid = 2 and classid = $1::bigint::oid
  and database = (select oid from pg_database where datname = current_database())
