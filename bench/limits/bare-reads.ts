/**
 * The limit for reads: fastify and pg, one prepared statement a path over a flat table of the same claims, its JSON text
 * built by PostgreSQL and sent as it is. No versions, clocks, relations, cursors or ETags.
 * Environment: DATABASE_URL, with a database that bench/reads.ts has filled. Logs its base URL.
 */
import fastify from 'fastify';
import pg from 'pg';
import { limitConfig } from '../config.ts';

const pool = new pg.Pool({ connectionString: limitConfig.databaseUrl, max: 10 });
const page = (rows: string) =>
  `select coalesce('[' || string_agg(doc::text, ',') || ']', '[]') as body from (${rows}) r`;
const statements = {
  list: page('select doc from bench.claims where country = $1 order by occurred desc, subject desc limit 50'),
  text: page(
    `select doc from bench.claims where search @@ websearch_to_tsquery('english', $1) order by occurred desc, subject desc limit 50`,
  ),
  facets: `select json_agg(f)::text as body from (
    select kind, count(*) as n from bench.claims where country = $1 group by kind) f`,
};

const app = fastify();
for (const [name, text] of Object.entries(statements)) {
  app.get<{ Params: { value: string } }>(`/${name}/:value`, async (request, reply) => {
    const { rows } = await pool.query<{ body: string }>({ name, text, values: [request.params.value] });
    return await reply.type('application/json').send(rows[0]?.body);
  });
}
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
