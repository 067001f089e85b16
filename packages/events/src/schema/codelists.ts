/** Every enumeration of the contract with what each value means: the source of the schemas and of the code lists. */
import { z } from 'zod';

export const codelists = {
  whenBasis: {
    stated: 'The source gives the date.',
    relative: 'Worked out from words such as "on Tuesday" and the date of publication.',
    inferred: 'Not in the source: the recorder’s own reading.',
  },
  placeRole: {
    border: 'A border between two countries.',
    crossing: 'A crossing point.',
    area: 'A stretch of land, a region or a forest.',
    country: 'A whole country.',
    city: 'A city, town or village.',
  },
  actorKind: {
    person: 'One person.',
    state: 'A state, its government or parliament.',
    agency: 'A body of a state or union, such as a border guard service.',
    organisation: 'An alliance, union or other organisation.',
    media: 'A newspaper, agency or broadcaster.',
  },
  actorRole: {
    speaker: 'Who said it.',
    adopter: 'Who decided the measure.',
    implementer: 'Who carries it out.',
    target: 'Whom it is aimed at or meant for.',
    authority: 'Who counted or reported officially.',
    addressee: 'Whom the words were said to.',
    participant: 'Who took part otherwise.',
  },
  qualifier: {
    exact: 'This many, neither more nor fewer.',
    about: 'Around this many.',
    almost: 'Somewhat fewer than this many.',
    'more-than': 'More than this many.',
    'at-least': 'This many or more.',
    'at-most': 'This many or fewer.',
    range: 'Between two values, both included.',
  },
  measure: {
    crossings: 'Crossings of a border outside the crossing points.',
    attempts: 'Attempts to cross.',
    'turned-back': 'Turned back or not admitted.',
    present: 'Present at a place.',
    'asylum-applications': 'Applications for asylum.',
    deployed: 'Sent to a place to serve there.',
    'barrier-length': 'Length of a barrier.',
    'border-length': 'Length of a border.',
  },
  accounting: {
    increment: 'This many within the period.',
    cumulative: 'So many since the start of the period, up to its end.',
    stock: 'So many at one moment.',
  },
  outcome: {
    crossed: 'People crossed the border.',
    attempted: 'People tried to cross.',
    prevented: 'People were kept from crossing.',
    'turned-back': 'People were turned back or not admitted.',
    present: 'People are at the border.',
  },
  stance: {
    condemns: 'The speaker condemns something.',
    supports: 'The speaker supports or defends something or someone.',
    demands: 'The speaker asks for something to be done.',
    denies: 'The speaker denies something.',
    announces: 'The speaker says what will be done.',
    threatens: 'The speaker threatens.',
    describes: 'The speaker says how things are.',
  },
  measureKind: {
    pushback: 'Turning people back at the border.',
    deployment: 'Sending people or equipment.',
    barrier: 'Building a fence or other barrier.',
    closure: 'Closing a crossing or border.',
    legal: 'A law, a regulation or a legal status.',
    sanction: 'A sanction.',
    diplomatic: 'An agreement, declaration or other act between states.',
    support: 'Help with money, goods or expertise.',
    order: 'An order to services or forces.',
  },
  measureStatus: {
    announced: 'Said to be coming.',
    adopted: 'Decided.',
    'in-force': 'In effect.',
    suspended: 'Halted for now.',
    ended: 'Over.',
  },
  changedStatus: {
    'in-force': 'Took effect.',
    suspended: 'Was halted.',
    resumed: 'Went on after a halt.',
    ended: 'Came to its end.',
    replaced: 'Another measure took its place.',
  },
  correctionReason: {
    'source-correction': 'The source corrected itself.',
    transcription: 'It was recorded wrongly.',
    'new-information': 'More has become known.',
    duplicate: 'It repeated another claim.',
  },
  retractionReason: {
    'source-retraction': 'The source withdrew it.',
    'recording-error': 'It should not have been recorded.',
    duplicate: 'It is recorded already under another subject.',
    unlawful: 'It may not be shown.',
  },
  relation: {
    'same-incident': 'Both speak of one incident; holds both ways.',
    updates: 'Gives a newer figure in the same series.',
    'responds-to': 'Answers it.',
    replaces: 'A measure that takes the place of another.',
    'part-of': 'Belongs to it.',
    contradicts: 'Says otherwise.',
    quotes: 'Quotes it.',
  },
} as const;

export type Codelist = keyof typeof codelists;

/** The enum of a code list, its meanings in the description. */
export function codes<N extends Codelist>(name: N) {
  const list = codelists[name];
  const keys = Object.keys(list) as (keyof (typeof codelists)[N] & string)[];
  const meanings = Object.entries(list).map(([code, meaning]) => `- \`${code}\`: ${meaning}`);
  const members = Object.fromEntries(keys.map((key) => [key, key])) as {
    [K in keyof (typeof codelists)[N] & string]: K;
  };
  return z.enum(members).describe(meanings.join('\n'));
}
