/** What a claim has been through, version by version. */
import { type Claim, isKnown, type KnownBy, publishedOf, standing, type Version } from './claims.ts';
import { readEdtf } from './days.ts';
import { byText, type Json, type LogItem, type Vector, writeToken } from './log.ts';
import { positionAfter, type World } from './timeline.ts';

export function historyOf({ log, logId }: World, claim: Claim, at: Vector, knownBy: KnownBy | null): Json[] {
  const withheld = claim.unlawful !== null;
  const none = at.map(() => 0);
  const common = (item: LogItem, version: number) => ({
    version,
    position: writeToken(logId, positionAfter(log, item, none, at)),
    recordedAt: item.recordedAt,
    event: { source: item.event.source, id: item.event.id },
  });
  const isShown = (version: Version) =>
    version.change === 'retracted' ? standing(claim, knownBy) !== null : isKnown(version.published, knownBy);
  const shown = claim.versions.filter(isShown);
  const versions = shown.map((version, index) => {
    const isEnd = version.change === 'retracted';
    const before = shown[index - 1];
    return {
      item: version.item,
      ...common(version.item, version.version),
      change: version.change,
      reason: version.reason,
      note: withheld && !isEnd ? null : version.note,
      published: version.published,
      diff: version.change === 'corrected' && !withheld ? differences(before?.data ?? null, version.data, '') : [],
      data: withheld ? null : version.data,
    };
  });
  const statuses = claim.statuses
    .filter((item) => isKnown(publishedOf(item.event.data['reports']), knownBy))
    .map((item) => {
      const { status, on, reason, reports } = item.event.data as {
        status: string;
        on: { edtf: string };
        reason?: string;
        reports: unknown;
      };
      const { earliest, latest } = readEdtf(on.edtf);
      const version = shown.findLast((one) => one.item.offset < item.offset)?.version ?? 1;
      const days = { edtf: on.edtf, earliest, latest };
      return {
        item,
        ...common(item, version),
        change: 'status-changed',
        status,
        on: days,
        reason: withheld ? null : (reason ?? null),
        note: null,
        published: publishedOf(reports),
        diff: [],
      };
    });
  return [...versions, ...statuses]
    .toSorted((a, b) => a.item.offset - b.item.offset)
    .map(({ item: _item, ...entry }) => entry);
}

export type Difference = { readonly pointer: string; readonly before: unknown; readonly after: unknown };

export function differences(before: unknown, after: unknown, pointer: string): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ pointer, before: before ?? null, after: after ?? null }];
  }
  const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...one.keys(), ...other.keys()])];
  const inOrder = Array.isArray(before) ? names : names.toSorted(byText);
  return inOrder.flatMap((name) =>
    differences(one.get(name), other.get(name), `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}
