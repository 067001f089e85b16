/** What an open log does alike in both adapters: it is appended to where it has a writer, followed by groups, and closed. */
import type { Appender } from './append/appender.ts';
import { type GroupDependencies, startSubscription } from './group/subscription.ts';
import { readOnly } from './open-faults.ts';
import type { EventLog, Subscription } from './port.ts';

export type OpenLog<E, R> = Pick<EventLog<E, R>, 'append' | 'rehearse' | 'subscribe'> & {
  /** Rejects with a retryable `LogFault` while a log that is written to can't be. */
  ready(): Promise<void>;
  /** Resolves when what was begun is settled and nobody follows any more. */
  close(): Promise<void>;
};

/** @param appender null for a log that is only read: it refuses to be written to */
export function openLog<E, R>(
  appender: Appender<E, R> | null,
  { describe, ...group }: Pick<EventLog, 'describe'> & Omit<GroupDependencies, 'partitions'>,
): OpenLog<E, R> {
  const subscriptions = new Set<Subscription>();
  return {
    append(records, options) {
      return appender ? appender.append(records, options) : Promise.reject(readOnly());
    },
    rehearse() {
      if (!appender) throw readOnly();
      return appender.rehearse();
    },
    async subscribe(options) {
      const { partitions } = await describe();
      const subscription = startSubscription({ ...group, partitions }, options);
      subscriptions.add(subscription);
      return subscription;
    },
    async ready() {
      await appender?.ready();
    },
    async close() {
      await appender?.close();
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    },
  };
}
