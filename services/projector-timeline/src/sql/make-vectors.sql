-- Vectors of whole texts in their binary form, in the order of the texts.
select tsvectorsend(
  case config when 'english' then to_tsvector('english', text)
    else to_tsvector('english', text) || to_tsvector(config::regconfig, text) end) as vector
from unnest($1::text[], $2::text[]) with ordinality as t (config, text, place)
order by place
