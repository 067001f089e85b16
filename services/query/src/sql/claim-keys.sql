-- Which versions a page of claims shows, with what paging needs and how far the view is, of one snapshot.
-- Small on purpose: which index is best hangs on how common the filters' values are, so PostgreSQL plans it anew for each
-- request (0.3 ms). The items are built by a statement of their own (claim-items.sql), whose plan is always the same.
-- A key's stamp changes whenever its row does.
-- A list bounded in time is read in two parts (occurred-branches.ts), each from an index in order.
-- The comments that hold one name only are filled with fixed fragments; whatever a client sent is a parameter.
select
  (select v.live from projection.views v where v.view = 'timeline') as live,
  (
    select json_build_object('logId', min(c.log_id), 'offsets', json_agg(c.next_offset order by c.partition))
    from projection.checkpoints c
    where c.view = 'timeline' and c.generation = (select v.live from projection.views v where v.view = 'timeline')
  ) as held,
  coalesce((
    select json_agg(json_build_array(k.sort_key, k.subject, k.version, k.stamp) order by /*order-of-keys*/)
    from (
      select k.*
      from (
        /*branches*/
      ) k
      order by /*order-of-keys*/
      limit /*limit*/
    ) k
  ), '[]') as keys
