/** An item of a stream as tests tell it from others. Plain functions of the item: they run in browsers as well. */
export type Item = { readonly lane: string; readonly key: string };

type EventItem = { readonly partition: number; readonly offset: number; readonly event: { readonly id: string } };
type ChangeItem = { readonly change: string; readonly subject: string; readonly event: { readonly id: string } };

/** @param data JSON of an item of /v1/events or of /v1/changes */
export function toItem(data: string): Item {
  const item = JSON.parse(data) as EventItem | ChangeItem;
  return 'offset' in item
    ? { lane: String(item.partition), key: `${item.offset} ${item.event.id}` }
    : { lane: item.subject, key: `${item.change} ${item.event.id}` };
}
