-- A table's columns in order, and which are of its primary key.
select a.attname as name, coalesce(a.attnum = any (i.indkey), false) as is_key
from pg_attribute a
left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
order by a.attnum
