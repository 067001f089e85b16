select json_agg(
    json_build_object('type', r.relation, 'direction', r.direction, 'target', r.other, 'pending', r.pending)
    order by r.relation, r.direction desc, r.other)
from relations r
where r.n = p.n
