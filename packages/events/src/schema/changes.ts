/** The data of what happens to a claim after it was recorded. */
import { z } from 'zod';
import { borderCrossing, measure, ofNoKind, statement } from './claims.ts';
import { codes } from './codelists.ts';
import { note, relationType, reports, when } from './parts.ts';
import { always, identifier, oneLine, refuse } from './text.ts';

export const statusChange = z
  .strictObject({
    status: codes('changedStatus'),
    on: when().describe('When the status changed.'),
    reason: oneLine({ max: 2000 }).exactOptional(),
    reports: reports(),
  })
  .meta({ title: 'Status change', description: 'A measure took effect, was suspended, resumed, replaced or ended.' });

const correctionWith = <T extends z.ZodType>(corrected: T) =>
  z
    .strictObject({
      corrected: corrected.describe('The full new data of the claim, of the same kind.'),
      reason: codes('correctionReason'),
      note: note().exactOptional(),
      reports: reports().exactOptional().describe('Where the correction was published.'),
    })
    .meta({ title: 'Correction', description: 'The full new data of an earlier claim, with the reason.' });

/** As documented; for checking, the variant of the kind at hand gives errors that can be read. */
export const correction = correctionWith(z.union([borderCrossing, statement, measure]));

export const corrections = {
  'border-crossing': correctionWith(borderCrossing),
  statement: correctionWith(statement),
  measure: correctionWith(measure),
  none: correctionWith(
    ofNoKind.check(
      always((_value, payload) =>
        refuse(payload, 'unknown-kind', 'must have the fields of a kind: outcome; content; or measureKind and status'),
      ),
    ),
  ),
} as const;

export const retraction = z
  .strictObject({ reason: codes('retractionReason'), note: note().exactOptional() })
  .meta({ title: 'Retraction', description: 'An earlier claim is withdrawn; it stays readable in history.' });

export const link = z
  .strictObject({
    relation: relationType(),
    target: identifier().describe('The other claim’s subject.'),
    note: note().exactOptional(),
  })
  .meta({ title: 'Link', description: 'A relation between two claims, made or unmade.' });
