/** The data of a stream's named frames. Frames without a name carry an item of /v1/events or of /v1/changes. */
import { z } from 'zod';

export const frameDataSchemas = {
  'caught-up': z
    .strictObject({})
    .describe('Everything that was there when the stream began has been sent; what follows is new. Once a connection.')
    .meta({ id: 'CaughtUp' }),
  gap: z
    .strictObject({
      reason: z
        .enum(['parked', 'rebuilt'])
        .describe(
          '`parked`: a view could not take the records in, and set them aside. `rebuilt` (changes): more claims have become different without an event than are named one by one; read again what you hold.',
        ),
      records: z.array(z.strictObject({ partition: z.int().min(0), offset: z.int().min(0) })),
    })
    .describe('What can’t be had here: records of the log, or what became different one by one.')
    .meta({ id: 'Gap' }),
  'slow-consumer': z
    .strictObject({ maxPendingBytes: z.int().min(1).describe('So much may wait for a client.') })
    .describe('The client took too little for too long; the connection is closed.')
    .meta({ id: 'SlowConsumer' }),
  bye: z
    .strictObject({ reason: z.enum(['max-age', 'stopping', 'log-replaced']) })
    .describe('The service closes the connection: come back with the last `id`.')
    .meta({ id: 'Bye' }),
} as const;
