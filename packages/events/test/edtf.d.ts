/** npm's `edtf` ships no types: what the oracle needs of it. Milliseconds; null unknown, ±Infinity open. */
declare module 'edtf' {
  export default function edtf(text: string): {
    readonly type: string;
    readonly min: number | null;
    readonly max: number | null;
  };
}
