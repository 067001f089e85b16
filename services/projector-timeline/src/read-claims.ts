/** What the timeline holds of a batch's claims: one query a batch. */
import { readSql } from '@ledgerline/database';
import { type ClaimHead, eventKey, type ViewTransaction } from '@ledgerline/projection';
import { type KnownClaim } from './fold-timeline.ts';
import { linkKey } from './relation-fact-rows.ts';
import type { ClaimContent } from './version-row.ts';

const readClaimsSql = readSql(new URL('./sql/read-claims.sql', import.meta.url));

type Row = {
  readonly subject: string;
  readonly version: number;
  readonly kind: ClaimHead['kind'];
  readonly type: string;
  readonly state: string;
  readonly first_recorded_at: string;
  readonly published: ClaimHead['published'];
  readonly events: readonly [source: string, id: string][];
  readonly data_links: readonly [relation: string, target: string][] | null;
  /** What is searched is the vector, in base64. */
  readonly content: (ClaimContent & { readonly searched: string }) | null;
};

/**
 * By subject; subjects without a claim are not in it.
 * @param retracted those of the subjects whose content is wanted besides
 */
export async function readClaims(
  tx: ViewTransaction,
  subjects: readonly string[],
  retracted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, KnownClaim>> {
  if (subjects.length === 0) return new Map();
  const rows = await tx.query<Row>({
    text: readClaimsSql,
    values: [subjects, subjects.map((subject) => retracted.has(subject))],
  });
  return new Map(rows.map((row) => [row.subject, toKnownClaim(row)]));
}

function toKnownClaim(row: Row): KnownClaim {
  const head: ClaimHead = {
    subject: row.subject,
    version: row.version,
    kind: row.kind,
    type: row.type,
    retracted: row.state === 'retracted',
    firstRecordedAt: row.first_recorded_at,
    published: row.published,
    seen: new Set(row.events.map(([source, id]) => eventKey(source, id))),
  };
  const dataLinks = new Set(row.data_links?.map(([relation, target]) => linkKey({ relation, target })));
  const { content } = row;
  return {
    head,
    content: content && { ...content, searched: Buffer.from(content.searched, 'base64') },
    dataLinks,
  };
}
