/** JSON Feed 1.1: the latest recorded claims. What the feed's own fields can't say is under `_ledgerline`. */
import { type ClaimFormat, claimUrl, dataOf, describeClaim } from './claim-format.ts';

export const jsonFeedFormat: ClaimFormat = {
  name: 'jsonfeed',
  mediaType: 'application/feed+json; charset=utf-8',
  extent: 'feed',
  head: ({ origin, url }) => {
    const head = JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Ledgerline: claims',
      home_page_url: `${origin}/`,
      feed_url: url,
    });
    return `${head.slice(0, -1)},"items":[`;
  },
  item(claim, index, context) {
    const { reports = [], tags = [] } = dataOf(claim);
    const item = {
      id: `urn:ledgerline:claim:${claim.subject}`,
      url: claimUrl(claim, context),
      ...(reports[0]?.url !== undefined && { external_url: reports[0].url }),
      title: claim.title,
      content_text: describeClaim(claim) || claim.title,
      date_modified: claim.recordedAt,
      ...(reports.length > 0 && { authors: reports.map(({ publisher }) => ({ name: publisher })) }),
      tags: [claim.kind, ...tags],
      ...(reports[0]?.language !== undefined && { language: reports[0].language }),
      _ledgerline: {
        about: `${context.origin}/docs`,
        state: claim.state,
        version: claim.version,
        occurred: claim.occurred.edtf,
        figures: claim.figures,
        incident: claim.incident,
        position: claim.position,
      },
    };
    return `${index > 0 ? ',' : ''}\n${JSON.stringify(item)}`;
  },
  tail: ({ next, position }) =>
    `\n]${next === null ? '' : `,"next_url":${JSON.stringify(next)}`},"_ledgerline":${JSON.stringify({ position })}}\n`,
};
