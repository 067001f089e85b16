/**
 * RFC 4287 with tombstones for what was retracted (RFC 6721), paged (RFC 5005). A claim keeps its id for ever; a
 * correction is the same entry with another `updated`.
 */
import {
  type ClaimFormat,
  claimUrl,
  dataOf,
  describeClaim,
  type FormatContext,
  type FormattedClaim,
} from './claim-format.ts';

export const atomFormat: ClaimFormat = {
  name: 'atom',
  mediaType: 'application/atom+xml; charset=utf-8',
  extent: 'feed',
  head: ({ origin, url }) => `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>${escapeXml(feedId(url))}</id>
<title>Ledgerline: claims</title>
<link rel="self" type="application/atom+xml" href="${escapeXml(url)}"/>
<link rel="alternate" type="application/json" href="${escapeXml(`${origin}/v1/timeline`)}"/>
<author><name>Ledgerline</name></author>
`,
  item: (claim, index, context) =>
    `${index === 0 ? `<updated>${claim.recordedAt}</updated>\n` : ''}${claim.state === 'retracted' ? toTombstone(claim) : toEntry(claim, context)}`,
  tail: ({ next }) =>
    `${next === null ? '' : `<link rel="next" type="application/atom+xml" href="${escapeXml(next)}"/>\n`}</feed>\n`,
};

function toEntry(claim: FormattedClaim, context: FormatContext): string {
  const { reports = [], tags = [] } = dataOf(claim);
  const url = claimUrl(claim, context);
  const lines = [
    '<entry>',
    `<id>${entryId(claim)}</id>`,
    `<title>${escapeXml(claim.title)}</title>`,
    `<updated>${claim.recordedAt}</updated>`,
    ...[...new Set(reports.map(({ publisher }) => publisher))].map(
      (publisher) => `<author><name>${escapeXml(publisher)}</name></author>`,
    ),
    `<link rel="alternate" type="application/json" href="${escapeXml(url)}"/>`,
    ...reports.flatMap(({ url: report }) =>
      report === undefined ? [] : [`<link rel="via" href="${escapeXml(report)}"/>`],
    ),
    ...[claim.kind, ...tags].map((term) => `<category term="${escapeXml(term)}"/>`),
    `<content type="text">${escapeXml(describeClaim(claim) || claim.title)}</content>`,
    '</entry>',
  ];
  return `${lines.join('\n')}\n`;
}

function toTombstone(claim: FormattedClaim): string {
  return `<at:deleted-entry ref="${entryId(claim)}" when="${claim.recordedAt}"><at:comment>${escapeXml(claim.reason ?? 'retracted')}</at:comment></at:deleted-entry>\n`;
}

const entryId = (claim: FormattedClaim) => escapeXml(`urn:ledgerline:claim:${claim.subject}`);

/** One feed over all its pages: the address without the page's cursor. */
function feedId(url: string): string {
  const id = new URL(url);
  id.searchParams.delete('cursor');
  return id.href;
}

/** What XML 1.0 can't hold at all becomes the replacement character. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
