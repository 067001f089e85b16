-- Tables whose rows PostgreSQL knows too little of: as many changed as there were when it last looked, or a server that
-- crashed has forgotten how many did. $1: schema
select quote_ident(s.relname) as name
from pg_stat_user_tables s
join pg_class c on c.oid = s.relid
where s.schemaname = $1
  and (s.n_mod_since_analyze >= greatest(c.reltuples, 1000) or (c.reltuples < 0 and pg_relation_size(c.oid) > 1048576))
order by s.relname
