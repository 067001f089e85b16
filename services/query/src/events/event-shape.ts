/** `fields=` and `view=` of raw events. The minimal view has the event's attributes without its `data`. */
import { z } from 'zod';
import { shapeParameters } from '../reading/shape-parameters.ts';

export const eventFields = ['event', 'partition', 'offset', 'recordedAt', 'position'] as const;

export type EventField = (typeof eventFields)[number];

export const eventShapeParameters = {
  ...shapeParameters(eventFields, eventFields),
  view: z
    .enum(['minimal', 'full'])
    .optional()
    .meta({ description: '`minimal`: the event’s attributes without its `data`. Default `full`.' }),
};

export type EventShape = { readonly fields: readonly EventField[]; readonly data: boolean };

export const fullShape: EventShape = { fields: eventFields, data: true };

type ShapeQuery = {
  readonly fields?: readonly EventField[] | undefined;
  readonly view?: 'minimal' | 'full' | undefined;
};

export function eventShapeOf({ fields, view }: ShapeQuery): EventShape {
  if (fields === undefined && view !== 'minimal') return fullShape;
  return { fields: fields ?? eventFields, data: view !== 'minimal' };
}

/** @param event JSON text on one line; @param others the other members as JSON text */
export function shapeEvent(
  event: string,
  others: Readonly<Record<Exclude<EventField, 'event'>, string>>,
  shape: EventShape,
): string {
  const members = shape.fields.map((name) => {
    if (name !== 'event') return `"${name}":${others[name]}`;
    return `"event":${shape.data ? event : withoutData(event)}`;
  });
  return `{${members.join(',')}}`;
}

function withoutData(event: string): string {
  const { data: _data, ...attributes } = JSON.parse(event) as Record<string, unknown>;
  return JSON.stringify(attributes);
}
