/** The contract on the embedded log. */
import { freshDatabase, quietLogger } from '@ledgerline/testkit';
import { createPostgresLog } from '../src/postgres/postgres-log.ts';
import { type Contract, PARTITIONS } from './contract/contract.ts';
import { everyFeature } from './contract/every-feature.ts';
import { testRule } from './contract/test-events.ts';

const contract: Contract = {
  adapter: 'postgres',
  async create(t) {
    const database = await freshDatabase(t);
    return {
      database,
      open({ limits, readOnly } = {}) {
        const log = createPostgresLog({
          pool: database.pool,
          logger: quietLogger,
          ...(!readOnly && { writer: { rule: testRule, partitions: PARTITIONS, ...(limits && { limits }) } }),
        });
        t.teardown(async () => await log.close());
        return log;
      },
    };
  },
};

await everyFeature(contract);
