/**
 * The limit for a replay: PostgreSQL's own COPY of the same lines in the same order, made in one statement and piped
 * through fastify. Nothing is located, counted, filtered or resumed; where an item has its position there are as many bytes.
 * Environment: DATABASE_URL of a filled journal. Logs where it listens; GET / is the copy.
 */
import fastify from 'fastify';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { limitConfig } from '../config.ts';

const pool = new pg.Pool({ connectionString: limitConfig.databaseUrl, max: 1 });
const app = fastify({ logger: true });

const statement = `copy (
  select '{"event":' || v.event::text || ',"partition":' || v.partition || ',"offset":' || v."offset" || ',"recordedAt":"'
    || to_char(v.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","position":"' || repeat('x', 110) || '"}'
  from journal_g1.events v
  order by v.recorded_at, v.partition, v."offset"
) to stdout`;

app.get('/', async (_request, reply) => {
  const client = await pool.connect();
  const lines = client.query(copyTo(statement));
  lines.once('close', () => client.release());
  return reply.type('application/x-ndjson').send(lines);
});
await app.listen({ host: '127.0.0.1', port: 0 });
