/** What is asked, and what must be answered. */
import type { KnownBy } from './fold/claims.ts';
import type { Vector } from './fold/log.ts';
import type { World } from './fold/timeline.ts';

export type Body = { readonly items?: readonly unknown[] } & Readonly<Record<string, unknown>>;

export type Question = {
  readonly name: string;
  readonly path: string;
  /** The part of the body to compare. */
  readonly pick: (body: Body) => unknown;
  readonly expected: unknown;
};

/** A position of a log, and a day to know by. */
export type Clocks = World & {
  readonly at: Vector;
  readonly knownBy: KnownBy | null;
  /** Parameters that say both. */
  readonly clocks: string;
};

export const itemsOf: Question['pick'] = ({ items = [] }) => items;
