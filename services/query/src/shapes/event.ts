/** Raw events as answers and streams show them. */
import { z } from 'zod';
import { pageSchema } from '../reading/page.ts';

export const eventItemSchema = z
  .strictObject({
    event: z.record(z.string(), z.unknown()).describe('The CloudEvent as recorded.'),
    partition: z.int().min(0),
    offset: z.int().min(0),
    recordedAt: z.iso.datetime().describe('When the log took it, by the log’s own clock.'),
    position: z.string().describe('Right after this event: good for `after`.'),
  })
  .meta({ id: 'Event' });

export const eventListSchema = z
  .strictObject({ items: z.array(eventItemSchema), page: pageSchema })
  .meta({ id: 'EventList' });

export const shapedEventListSchema = z
  .strictObject({ items: z.array(eventItemSchema.partial().meta({ id: 'EventMembers' })), page: pageSchema })
  .meta({ id: 'ShapedEventList', description: 'With `fields`: items of the members asked for.' });
