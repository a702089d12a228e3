import type { DeviceGrid, Grid, GridInput, Numbers } from "./grid.ts";
import type { Kernel } from "./kernel.ts";

declare const RESIDENT: unique symbol;

/** A result within a pipeline: it can be passed to kernels and returned, but not read. */
export interface PipelineValue {
  readonly [RESIDENT]: true;
}

/** The kernels of a pipeline, as it calls them. */
export type PipelineKernels<K> = {
  readonly [N in keyof K]: K[N] extends Kernel<infer A>
    ? (...args: { readonly [I in keyof A]: GridInput<A[I]> | PipelineValue }) => PipelineValue
    : never;
};

/** What a pipeline is called with. */
export type PipelineInput =
  number | boolean | Numbers | readonly Numbers[] | readonly (readonly Numbers[])[] | Grid | DeviceGrid;

/** What the function of a pipeline returns: one result, or several in an array or an object. */
export type PipelineOutput = PipelineValue | readonly PipelineValue[] | Readonly<Record<string, PipelineValue>>;

/** The same shape, of grids. */
export type PipelineResult<R> = R extends PipelineValue ? Grid : { readonly [N in keyof R]: Grid };

/** Several kernels as one call. */
export interface Pipeline<R> {
  /** Runs all steps and brings their results here. */
  (...inputs: readonly PipelineInput[]): Promise<PipelineResult<R>>;
  /** Frees what it holds once its calls are over; a later call compiles it anew. */
  dispose(): Promise<void>;
}
