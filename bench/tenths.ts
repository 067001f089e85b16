/**
 * A service's memory at each tenth of its work, printed as it goes: whether it is flat is there to be seen. Resident
 * memory, and what of it V8 knows of: the heap in use, and buffers outside of it.
 */

export type Tenths = {
  /** Prints a row for each tenth that has been passed since. */
  reached(done: number): Promise<void>;
  /** Resident memory by tenths, for the report. */
  note(): string;
};

type Memory = { readonly resident: number; readonly heap: number; readonly external: number };

/** @param url of the service, whose own metrics are asked */
export function followTenths(name: string, url: string, total: number): Tenths {
  const startedAt = performance.now();
  const resident: number[] = [];
  return {
    async reached(done) {
      const tenths = Math.min(10, Math.floor((10 * done) / total));
      if (tenths <= resident.length) return;
      const memory = await memoryOf(url);
      while (resident.length < tenths) resident.push(memory.resident);
      const seconds = (performance.now() - startedAt) / 1_000;
      console.log(
        `  ${name} ${tenths * 10} %: ${done} records in ${seconds.toFixed(1)} s, RSS ${memory.resident} MiB, heap ${memory.heap} MiB, external ${memory.external} MiB`,
      );
    },
    note: () => `RSS by tenths ${resident.join(' ')} MiB`,
  };
}

/** Of a service, by its own metrics, in MiB. */
async function memoryOf(url: string): Promise<Memory> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const mebibytes = (name: string): number => {
    const bytes = new RegExp(String.raw`^${name}(?:\{.*\})? (\S+)$`, 'm').exec(text)?.[1];
    return Math.round(Number(bytes) / 1_048_576);
  };
  return {
    resident: mebibytes('process_resident_memory_bytes'),
    heap: mebibytes('nodejs_heap_size_used_bytes'),
    external: mebibytes('nodejs_external_memory_bytes'),
  };
}
