/** The Ledgerline SDK, for Node and browsers: append, query, subscribe, replay, local views. No runtime dependency. */
export type { EventInput, LedgerEvent } from '@ledgerline/events';
export type { AppendOptions, BatchOptions, BatchResult } from './append-events.ts';
export {
  ConnectionError,
  LedgerlineError,
  type ProblemDocument,
  ProblemError,
  type ProblemField,
  UnexpectedAnswerError,
  UnknownOutcomeError,
} from './errors.ts';
export { Ledgerline } from './ledgerline.ts';
export type * from './list-options.ts';
export { fileStore } from './local-view/file-store.ts';
export { indexedDbStore } from './local-view/indexeddb-store.ts';
export type { LocalView, LocalViewOptions, LocalViewStatus } from './local-view/local-view.ts';
export { memoryStore, type SavedView, type ViewStore } from './local-view/view-store.ts';
export type { Items, Page } from './pages.ts';
export type { Filter, Filters, ListOptions, ReadOptions } from './parameters.ts';
export type { Replay, ReplayOptions } from './replay.ts';
export type * from './shapes.ts';
export type { Gap, SubscribeOptions, Subscription, SubscriptionStatus } from './subscription.ts';
export type { ClientOptions } from './transport.ts';
