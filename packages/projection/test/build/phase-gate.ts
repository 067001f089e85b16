/** Stops whoever enters a phase of a job, in the database, until the test lets it go: for killing it right there. */
import type { Teardown } from '@ledgerline/testkit';
import type { Pool } from 'pg';
import { until } from '../until.ts';

export type PhaseGate = {
  /**
   * The next who enters the phase stands still. `mid-fill`: who builds and has committed a part. `mid-index`: PostgreSQL
   * with an index that is made and not committed.
   */
  close(phase: string): Promise<void>;
  /** Resolves when somebody stands at the gate. */
  reached(): Promise<void>;
  /** Lets go who stands there and all who come after. */
  open(): Promise<void>;
  /** The phases that were entered in all, in order. */
  entered(job: number): Promise<string[]>;
};

const gateKey = 4_242;

export async function createPhaseGate(t: Teardown, pool: Pool): Promise<PhaseGate> {
  await pool.query(`
    create table phase_gate (phase text not null);
    create table phases_entered (n int generated always as identity, job bigint not null, phase text not null);
    create function note_phase() returns trigger language plpgsql as $$
      begin
        insert into phases_entered (job, phase) values (new.id, new.phase);
        return null;
      end $$;
    create trigger note after update of phase on projection.jobs
      for each row when (old.phase <> new.phase) execute function note_phase();
    create function stand_at_gate() returns trigger language plpgsql as $$
      begin
        if exists (select from phase_gate g where g.phase = case
            when tg_table_name = 'jobs' then to_jsonb(new) ->> 'phase'
            when (to_jsonb(old) ->> 'next_offset')::bigint > 0
              and (to_jsonb(new) ->> 'generation')::int > (select live from projection.views where view = 'timeline')
              then 'mid-fill'
            end) then
          perform pg_advisory_xact_lock(${gateKey});
        end if;
        return new;
      end $$;
    create function stand_at_index() returns event_trigger language plpgsql as $$
      begin
        if exists (select from phase_gate where phase = 'mid-index') then
          perform pg_advisory_xact_lock(${gateKey});
        end if;
      end $$;
    create event trigger index_gate on ddl_command_end when tag in ('CREATE INDEX') execute function stand_at_index();
    create trigger gate before update on projection.jobs for each row execute function stand_at_gate();
    create trigger gate before update on projection.checkpoints for each row execute function stand_at_gate();`);
  const keeper = await pool.connect();
  t.teardown(() => keeper.release(true));
  return {
    async close(phase) {
      await keeper.query('select pg_advisory_lock($1)', [gateKey]);
      await keeper.query('insert into phase_gate values ($1)', [phase]);
    },
    async reached() {
      await until(async () => {
        const { rows } = await pool.query(
          // PostgreSQL tells the locks of all databases, and other test files stand at gates of their own.
          `select from pg_locks where locktype = 'advisory' and not granted and objid = $1
             and database = (select oid from pg_database where datname = current_database())`,
          [gateKey],
        );
        return rows.length > 0;
      });
    },
    async open() {
      await keeper.query('delete from phase_gate');
      await keeper.query('select pg_advisory_unlock($1)', [gateKey]);
    },
    async entered(job) {
      const { rows } = await pool.query<{ phase: string }>(
        'select phase from phases_entered where job = $1 order by n',
        [job],
      );
      return rows.map(({ phase }) => phase);
    },
  };
}
