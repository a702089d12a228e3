import type { ArtifactName } from "../inputs.ts";

/**
 * Parameters by the name of their field. A value is checked as the command line checks it: by schema and choices, or by
 * the type of the default. For `@includeFile` it is a path.
 */
export type RunParameters<Flow> = unknown extends Flow
  ? Readonly<Record<string, unknown>>
  : { readonly [Name in ArtifactName<Flow>]?: ParameterValue<Flow[Name]> };

/** A number, a boolean or text is what its field holds; what a schema may make of something else is anything. */
type ParameterValue<Field> = Field extends string | number | boolean | bigint ? Field : unknown;
