/** The data of the three kinds of claim. */
import { z } from 'zod';
import { codes } from './codelists.ts';
import { actor, edtf, edtfInterval, name, place, relation, reports, when } from './parts.ts';
import { quantity } from './quantity.ts';
import { always, duration, lines, oneLine, refuse } from './text.ts';

const common = {
  title: oneLine({ max: 200 }).describe('One line in the recorder’s own words.'),
  summary: lines({ max: 2000 }).exactOptional(),
  occurred: when().describe('When it happened.'),
  places: z.array(place).max(20).default([]).describe('Where.'),
  actors: z.array(actor).max(40).default([]).describe('Who, in which role.'),
  reports: reports().describe('Where it was published; the first is the one it was taken from.'),
  quantities: z.array(quantity).max(20).default([]).describe('Every figure the source gives.'),
  relations: z.array(relation).max(40).default([]).describe('Other claims this one has to do with.'),
  tags: z
    .array(oneLine({ max: 50 }))
    .max(20)
    .default([]),
};

/** Reports at `actors` where none of them has the role. */
function needsActor(role: 'speaker' | 'adopter') {
  return always((value, payload) => {
    if (typeof value !== 'object' || value === null) return;
    const actors = fieldOf(value, 'actors');
    if (actors !== undefined && !Array.isArray(actors)) return;
    if (actors?.some((one) => fieldOf(one, 'role') === role)) return;
    refuse(payload, role === 'speaker' ? 'no-speaker' : 'no-adopter', `must have at least one ${role}`, ['actors']);
  });
}

/** The same rule as JSON Schema has it. */
function withActor(role: 'speaker' | 'adopter') {
  return { required: ['actors'], properties: { actors: { contains: { properties: { role: { const: role } } } } } };
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}

/** Valid data with the lists that were left out. The defaults of the schemas, without the schemas. */
export function withDefaults(data: unknown): unknown {
  const { places, actors, quantities, relations, tags } = data as Record<string, unknown>;
  if (places && actors && quantities && relations && tags) return data;
  return { places: [], actors: [], quantities: [], relations: [], tags: [], ...(data as object) };
}

export const borderCrossing = z
  .strictObject({
    ...common,
    quantities: z.array(quantity).min(1).max(20).describe('Every figure the source gives; at least one.'),
    outcome: codes('outcome'),
  })
  .meta({ title: 'Border crossing', description: 'People crossed, tried to, were turned back, or are at a border.' });

export const statement = z
  .strictObject({
    ...common,
    content: lines({ min: 1, max: 4000 }).describe('The gist, in the recorder’s words.'),
    quote: lines({ max: 300 }).exactOptional().describe('A few words as they were said.'),
    medium: name().exactOptional().describe('How it was said: a letter, a press conference.'),
    stance: codes('stance').exactOptional(),
  })
  .check(needsActor('speaker'))
  .meta({
    title: 'Statement',
    description: 'A person or body said something in public.',
    allOf: [withActor('speaker')],
  });

export const measure = z
  .strictObject({
    ...common,
    measureKind: codes('measureKind'),
    status: codes('measureStatus').describe('How far the measure was when reported.'),
    announcedOn: edtf().exactOptional(),
    effective: edtfInterval().exactOptional().describe('From when to when it is in force; `/..` is open, `/` unknown.'),
    minimumDuration: duration().exactOptional().describe('ISO 8601, such as P14D.'),
  })
  .check(needsActor('adopter'))
  .meta({
    title: 'Measure',
    description: 'A state, agency or alliance decided to do something.',
    allOf: [withActor('adopter')],
  });

export const kinds = { 'border-crossing': borderCrossing, statement, measure } as const;

export type Kind = keyof typeof kinds;

/** What tells the kinds apart. A claim of no kind is checked by this alone: none of the kinds' own fields are in it. */
export const ofNoKind = z.strictObject(common);

const ownFields: Readonly<Record<Kind, readonly string[]>> = {
  measure: ['measureKind', 'status', 'effective', 'announcedOn', 'minimumDuration'],
  statement: ['content', 'stance', 'quote', 'medium'],
  'border-crossing': ['outcome'],
};

/** The kind that `data` has most fields of; null where it has none of any. */
export function kindOfData(data: unknown): Kind | null {
  if (typeof data !== 'object' || data === null) return null;
  let best: { kind: Kind; count: number } | null = null;
  for (const kind of ['measure', 'statement', 'border-crossing'] as const) {
    const count = ownFields[kind].filter((field) => Object.hasOwn(data, field)).length;
    if (count > (best?.count ?? 0)) best = { kind, count };
  }
  return best?.kind ?? null;
}

export type BorderCrossing = z.output<typeof borderCrossing>;
export type Statement = z.output<typeof statement>;
export type Measure = z.output<typeof measure>;
export type ClaimData = BorderCrossing | Statement | Measure;
