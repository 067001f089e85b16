-- Which versions a page of claims shows, with what paging needs and how far the view is, of one snapshot.
-- Small on purpose: which index is best hangs on how common the filters' values are, so PostgreSQL plans it anew for each
-- request (0.2 ms). The items are built by a statement of their own (claim-items.sql), whose plan is always the same.
-- A list bounded in time is read in two parts (occurred-branches.ts), each from an index in order.
-- The comments that hold one name only are filled with fixed fragments; whatever a client sent is a parameter.
with held as (
  select v.live, min(c.log_id) as log_id, array_agg(c.next_offset order by c.partition) as offsets
  from projection.views v
  join projection.checkpoints c on c.view = v.view and c.generation = v.live
  where v.view = 'timeline'
  group by v.live
)
select h.live, h.log_id, h.offsets,
  coalesce((
    select json_agg(json_build_array(k.sort_key, k.subject, k.version) order by k.n)
    from (
      select k.sort_key, k.subject, k.version, row_number() over (order by /*order-of-keys*/) as n
      from (
        /*branches*/
      ) k
      order by /*order-of-keys*/
      limit /*limit*/
    ) k
  ), '[]') as keys
from held h
