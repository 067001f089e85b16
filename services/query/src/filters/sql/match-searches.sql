-- Which of these texts, folded, each of these searches finds: pairs of their places. Each text is taken apart once, by English
-- and by the configuration of its language. The same rules as in search-conditions.ts.
select t.n::int - 1 as text, s.n::int - 1 as search
from (
  select n, folded, config, to_tsvector('english', folded) || to_tsvector(config::regconfig, folded) as vector
  from unnest($1::text[], $2::text[]) with ordinality as given (folded, config, n)
  where folded is not null
  offset 0
) t
cross join (
  select n, search ->> 'wanted' as wanted, search ->> 'unwanted' as unwanted, search -> 'literals' as literals,
    search -> 'beginnings' as beginnings
  from jsonb_array_elements($3::jsonb) with ordinality as given (search, n)
  offset 0
) s
where (
    s.wanted is null
    or t.vector @@ to_tsquery('english', s.wanted)
    or t.vector @@ to_tsquery(t.config::regconfig, s.wanted)
    or (numnode(to_tsquery('english', s.wanted)) = 0 and not exists (
      select from jsonb_array_elements_text(s.literals) as l (pattern) where t.folded !~ l.pattern))
  )
  and (
    s.unwanted is null
    or not (t.vector @@ to_tsquery('english', s.unwanted) or t.vector @@ to_tsquery(t.config::regconfig, s.unwanted))
  )
  and not exists (
    select from jsonb_to_recordset(s.beginnings) as b (pattern text, negated boolean)
    where (t.folded ~ b.pattern) = b.negated
  )
