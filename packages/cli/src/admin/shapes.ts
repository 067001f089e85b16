/** What the service tells operators, as far as commands look at it. */

export type Example = {
  readonly kind: string;
  readonly table: string;
  readonly key: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[];
};

export type Rebuild = {
  readonly id: number;
  readonly view: string;
  readonly state: 'building' | 'verifying' | 'ready' | 'promoted' | 'failed' | 'cancelled';
  readonly phase: string;
  readonly promote: 'auto' | 'manual';
  readonly events: { readonly done: number; readonly total: number | null };
  /** Events a second, of late; null where nothing is read. */
  readonly rate: number | null;
  readonly etaSeconds: number | null;
  readonly differences: Counts & { readonly examples: readonly Example[] };
  readonly reason: string | null;
  readonly finishedAt: string | null;
};

type Counts = { readonly missing: number; readonly extra: number; readonly changed: number };

export type Verification = {
  readonly id: string;
  readonly state: 'running' | 'done';
  readonly views: readonly (Counts & {
    readonly view: string;
    readonly state: string;
    readonly phase: string;
    readonly events: { readonly done: number; readonly total: number | null };
    readonly expected: number;
    readonly found: number;
    readonly ok: boolean | null;
    readonly reason: string | null;
    readonly examples: readonly Example[];
  })[];
};

export function describeExample({ kind, table, key, columns }: Example): string {
  const of = columns.length > 0 ? ` (${columns.join(', ')})` : '';
  return `  ${kind} in ${table}: ${JSON.stringify(key)}${of}`;
}
