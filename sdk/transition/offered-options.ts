import type { ArtifactName } from "../inputs.ts";

/** Options of `next`, as an editor offers them. */
export type OfferedOptions<Self> =
  | { readonly foreach: OfferedNames<Self>["iterable"] }
  | { readonly condition: OfferedNames<Self>["choosable"] }
  | { readonly numParallel: number };

/** Names of artifacts, by what they are good for. Members of an interface have no names of their own, so the compiler lists them. */
export interface OfferedNames<Self> {
  /** For a foreach. */
  readonly iterable: {
    [Name in ArtifactName<Self>]: Self[Name] extends string
      ? never
      : Self[Name] extends Iterable<unknown> | null | undefined
        ? Name
        : never;
  }[ArtifactName<Self>];
  /** For a switch. */
  readonly choosable: {
    [Name in ArtifactName<Self>]: Self[Name] extends string | number | bigint | boolean | null | undefined
      ? Name
      : never;
  }[ArtifactName<Self>];
}
