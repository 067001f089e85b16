/** What each event did to its claim. */
import { foldClaims, isKnown, type KnownBy, publishedOf, saidLast } from './claims.ts';
import { readEdtf } from './days.ts';
import { inLogOrder, type Json, type Vector, writeToken } from './log.ts';
import { type Item, itemOf, positionAfter, type World } from './timeline.ts';

/** One item per event that changed its claim, of those from `after` to `until`. */
export function changesOf(world: World, range: { after: Vector; until: Vector }, knownBy: KnownBy | null): Json[] {
  const { log, logId } = world;
  const { after, until } = range;
  const wanted = log
    .filter(({ partition, offset }) => offset >= (after[partition] ?? 0) && offset < (until[partition] ?? 0))
    .toSorted(inLogOrder);
  return wanted.flatMap((item) => {
    const { subject, type, data, source, id } = item.event;
    const then = positionAfter(log, item, after, until);
    const ends = (of: string) =>
      [then.with(item.partition, item.offset), then].map((vector) => {
        const all = foldClaims(log, vector);
        const side = itemOf(world, of, all, knownBy, saidLast);
        return side && all.claims.get(of)?.unlawful ? blank(side) : side;
      });
    const [before = null, next = null] = ends(subject);
    const made = next !== null && (next['event'] as { id: string }).id === id;
    const isStatus = type === 'measure.status-changed.v1';
    const isLink = type.startsWith('claims.');
    if (next === null || !(made || isLink || (isStatus && isKnown(publishedOf(data['reports']), knownBy)))) return [];
    const [otherBefore = null, otherAfter = null] = isLink ? ends(String(data['target'])) : [];
    const other = otherAfter && { subject: data['target'], before: otherBefore, after: otherAfter };
    const withheld = (foldClaims(log, then).claims.get(subject)?.unlawful ?? null) !== null;
    const change = nameOf(type);
    const hide = <V>(value: V) => (withheld && change !== 'retracted' ? null : value);
    const days = isStatus ? readEdtf((data['on'] as { edtf: string }).edtf) : null;
    return {
      change,
      subject,
      position: writeToken(logId, then),
      recordedAt: item.recordedAt,
      reason: withheld && isStatus ? null : ((data['reason'] as string | undefined) ?? null),
      note: hide((data['note'] as string | undefined) ?? null),
      event: { source, id },
      ...(isLink ? { relation: { type: data['relation'], target: data['target'] }, other } : {}),
      ...(days === null
        ? {}
        : {
            status: data['status'],
            on: { edtf: (data['on'] as { edtf: string }).edtf, earliest: days.earliest, latest: days.latest },
          }),
      before,
      after: next,
    };
  });
}

function blank(item: Item): Json {
  const { text: _text, ...occurred } = item.occurred as Json;
  return { ...item, title: '', occurred, figures: [], relations: [], note: null, data: null };
}

function nameOf(type: string): string {
  const names: Readonly<Record<string, string>> = {
    'claim.corrected.v1': 'corrected',
    'claim.retracted.v1': 'retracted',
    'measure.status-changed.v1': 'status-changed',
    'claims.linked.v1': 'linked',
    'claims.unlinked.v1': 'unlinked',
  };
  return names[type] ?? 'added';
}
