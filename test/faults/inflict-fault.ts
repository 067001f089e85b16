/** Makes a planned fault happen, and ends it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { TcpProxy } from '@ledgerline/testkit';
import type { ChaosSystem } from './chaos-system.ts';
import type { Fault } from './fault-plan.ts';

/**
 * Resolves when the fault is over: what was stopped runs again or is being started, what was cut off is let through.
 * Aborted, it is over at once.
 */
export async function inflictFault(system: ChaosSystem, fault: Fault, signal: AbortSignal): Promise<void> {
  const lasting = async (undo: () => void | Promise<void>) => {
    await delay(fault.forMs, undefined, { signal }).catch(() => undefined);
    await undo();
  };
  switch (fault.kind) {
    case 'kill':
      return serviceOf(system, fault).kill();
    case 'stop':
      return serviceOf(system, fault).restart();
    case 'freeze':
      return await lasting(serviceOf(system, fault).freeze());
    case 'add-projector': {
      const added = await system.addProjector(fault.target);
      return await lasting(async () => {
        system.services.delete(fault.target);
        await added.remove(fault.detail === 1 ? 'SIGKILL' : 'SIGTERM');
      });
    }
    case 'kill-broker': {
      const broker = brokerOf(system);
      await broker.kill();
      return await lasting(broker.start);
    }
    case 'freeze-broker': {
      const broker = brokerOf(system);
      broker.freeze();
      return await lasting(broker.thaw);
    }
    case 'kill-database':
      return system.postgres.kill();
    case 'cut':
      return linkOf(system, fault).cut();
    case 'delay': {
      const link = linkOf(system, fault);
      link.delay(fault.detail);
      return await lasting(link.pass);
    }
    case 'hold': {
      const link = linkOf(system, fault);
      link.hold();
      return await lasting(link.pass);
    }
    case 'black-hole': {
      const link = linkOf(system, fault);
      link.blackHole();
      return await lasting(link.pass);
    }
    case 'refuse': {
      const link = linkOf(system, fault);
      link.refuse();
      return await lasting(link.pass);
    }
    default:
      return fault.kind satisfies never;
  }
}

function serviceOf(system: ChaosSystem, { target }: Fault) {
  const service = system.services.get(target);
  if (service === undefined) throw new Error(`no service ${target}`);
  return service;
}

function brokerOf({ broker }: ChaosSystem) {
  if (broker === null) throw new Error('there is no broker');
  return broker;
}

function linkOf(system: ChaosSystem, { target }: Fault): TcpProxy {
  const link = system.links.get(target);
  if (link === undefined) throw new Error(`no link to ${target}`);
  return link;
}
