-- Which of these texts, folded, each of these searches finds: pairs of their places. Each text is taken apart once.
select t.n::int - 1 as text, s.n::int - 1 as search
from (
  select n, folded, to_tsvector('english', folded) as vector
  from unnest($1::text[]) with ordinality as given (folded, n)
  where folded is not null
  offset 0
) t
cross join (
  select n, to_tsquery('english', search ->> 'tsquery') as query, (search -> 'onlyNegations')::boolean as only_negations,
    search -> 'beginnings' as beginnings
  from jsonb_array_elements($2::jsonb) with ordinality as given (search, n)
  offset 0
) s
where (s.query is null or t.vector @@ s.query or (s.only_negations and numnode(s.query) = 0))
  and not exists (
    select from jsonb_to_recordset(s.beginnings) as b (pattern text, negated boolean)
    where (t.folded ~ b.pattern) = b.negated
  )
