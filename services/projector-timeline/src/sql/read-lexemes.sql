-- What a text search configuration makes of pieces of text, each with a word behind it, which no configuration changes: its
-- place tells how many positions the piece took up, words left out included.
select p.piece, (select json_agg(json_build_array(u.lexeme, u.positions)) from unnest(v) u) as lexemes
from unnest($2::text[]) as p (piece)
cross join lateral to_tsvector($1::regconfig, p.piece || ' ' || $3) v
