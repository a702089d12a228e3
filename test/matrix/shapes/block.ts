/** A part of a flow with one way in and one way out; flows are composed of these. */
export type Block =
  | { readonly kind: "body" }
  | { readonly kind: "sequence"; readonly blocks: readonly Block[] }
  | { readonly kind: "branch"; readonly arms: readonly Block[] }
  | { readonly kind: "foreach"; readonly sizes: readonly number[]; readonly inner: Block }
  | { readonly kind: "gang"; readonly size: number; readonly inner: Block }
  | { readonly kind: "switch"; readonly cases: readonly Block[]; readonly pick: number | "index" }
  | { readonly kind: "loop"; readonly rounds: number; readonly inner: Block };

export const body: Block = { kind: "body" };

export function sequence(...blocks: readonly Block[]): Block {
  return { kind: "sequence", blocks };
}

export function branch(...arms: readonly Block[]): Block {
  return { kind: "branch", arms };
}

export function foreach(sizes: readonly number[], inner: Block = body): Block {
  return { kind: "foreach", sizes, inner };
}

export function gang(size: number, inner: Block = body): Block {
  return { kind: "gang", size, inner };
}

export function choose(pick: number | "index", ...cases: readonly Block[]): Block {
  return { kind: "switch", cases, pick };
}

/** A bare body repeats itself; after anything else a step decides. */
export function loop(rounds: number, inner: Block = body): Block {
  return { kind: "loop", rounds, inner };
}
