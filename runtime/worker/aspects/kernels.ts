import type { Aspect } from "./aspect.ts";
import { GpuLedger } from "./gpu-ledger.ts";

/** Counts what kernels of `millrace/gpu` do: any step may call some. */
export const KERNELS: Aspect = {
  name: "kernels",
  isFor: () => true,
  begin({ node, spec }) {
    let ledger: GpuLedger | null = null;
    return {
      current: {
        get gpu() {
          return ledger?.use ?? null;
        },
      },
      host: { noteKernel: (use) => (ledger ??= new GpuLedger(node, spec.attempt)).note(use) },
      recorded: () => (ledger?.use == null ? null : { gpu: ledger.use }),
    };
  },
};
