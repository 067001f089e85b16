/** What statements cost: each that a request runs is run again under `explain analyze`, and the rows it read are counted. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryApp } from '../fixture/query-app.ts';

type Statement = { readonly text: string; readonly values: readonly unknown[] };
type PlanNode = {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
};

export type Cost = {
  /** Rows read from large tables, kept or not. Entries of an index alone are some fifty times cheaper, and not counted. */
  readonly rows: number;
  /** Large tables that were read from end to end. */
  readonly scanned: readonly string[];
};

export type CostReader = {
  /** Of all statements that a request runs. Throws where the answer is no 200. */
  costOf(url: string): Promise<Cost>;
  /** Of one statement, its tables in the schemas of first generations. */
  costOfStatement(text: string, values?: readonly unknown[]): Promise<Cost>;
  /** Texts of the statements so far. */
  readonly explained: ReadonlySet<string>;
};

const largeTables = new Set(['events', 'versions', 'claims', 'figures', 'relation_facts', 'status_changes']);

export function createCostReader({ database: { pool }, get }: QueryApp): CostReader {
  // What is counted for an earlier request may still be going on beside this one.
  const ofRequest = new AsyncLocalStorage<Statement[]>();
  const statementsOf = async (url: string): Promise<Statement[]> => {
    const statements: Statement[] = [];
    const run = pool.query;
    pool.query = ((...given: Parameters<typeof run>) => {
      const [asked] = given as unknown as [{ text: string; values?: unknown[] }];
      const noted = ofRequest.getStore();
      if (typeof asked === 'object') noted?.push({ text: asked.text, values: asked.values ?? [] });
      else if (typeof asked === 'string')
        noted?.push({ text: asked, values: (given[1] as unknown[] | undefined) ?? [] });
      return run.apply(pool, given);
    }) as typeof run;
    try {
      const answer = await ofRequest.run(statements, async () => await getCounted(get, url));
      if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.text}`);
    } finally {
      pool.query = run;
    }
    return statements;
  };
  const explained = new Set<string>();
  const costOfStatement: CostReader['costOfStatement'] = async (text, values = []) => {
    explained.add(text);
    const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (analyze, timing off, format json) ${text}`,
      [...values],
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    if (plan === undefined) throw new Error('no plan');
    return { rows: rowsRead(plan), scanned: scannedBy(plan) };
  };
  return {
    costOfStatement,
    explained,
    async costOf(url) {
      const costs: Cost[] = [];
      for (const { text, values } of await statementsOf(url)) {
        // What is only estimated reads nothing.
        if (/_g1\./.test(text) && !text.startsWith('explain')) costs.push(await costOfStatement(text, values));
      }
      return {
        rows: costs.reduce((sum, { rows }) => sum + rows, 0),
        scanned: costs.flatMap(({ scanned }) => scanned),
      };
    },
  };
}

/** Where all had to be counted first, which on a busy machine outlasts a request, when that is done. */
export async function getCounted(get: QueryApp['get'], url: string): Promise<Awaited<ReturnType<QueryApp['get']>>> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const answer = await get(url);
    if (answer.status !== 503 || !answer.text.includes('"overloaded"') || Date.now() > deadline) return answer;
  }
}

function ofLargeTable(node: PlanNode): boolean {
  return node['Relation Name'] !== undefined && largeTables.has(node['Relation Name']);
}

function rowsRead(node: PlanNode): number {
  const below = (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), 0);
  if (!ofLargeTable(node) || node['Node Type'] === 'Index Only Scan') return below;
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return below + (node['Actual Rows'] + removed) * node['Actual Loops'];
}

function scannedBy(node: PlanNode): string[] {
  const below = (node.Plans ?? []).flatMap(scannedBy);
  // A branch that was planned and never run reads nothing.
  const isScan = node['Node Type'] === 'Seq Scan' && ofLargeTable(node) && node['Actual Loops'] > 0;
  return isScan ? [...below, node['Relation Name'] ?? ''] : below;
}
