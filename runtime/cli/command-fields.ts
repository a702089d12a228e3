import { isMillraceError } from "../../sdk/base/millrace-error.ts";
import { constructFlow } from "../../sdk/base/construct-flow.ts";
import { type AnyClass, fieldsOf } from "../../sdk/base/metadata.ts";
import { configuredFields } from "../launch/values/configured-fields.ts";
import { configNames, fieldsIn, type FlowField } from "../launch/values/flow-fields.ts";
import { configTextsIn } from "./config-texts.ts";

/** What {@link commandFields} needs of a command's surroundings. */
export interface FieldPlace {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  readonly cwd: string;
}

/**
 * A flow's fields for its options and help. Where a default follows the configuration, that is settled as the command line
 * says. One that cannot be used is told by the commands that need it: help must not depend on it.
 */
export async function commandFields(place: FieldPlace, argv: readonly string[]): Promise<readonly FlowField[]> {
  const declared = [...fieldsOf(place.Flow).values()];
  if (declared.length === 0) return [];
  const made = constructFlow(place.Flow, { names: configNames(declared), values: {} });
  const isFollowing = made.events.some(({ isRead }) => isRead);
  if (made.instance === null && !isFollowing) throw made.error;
  if (!isFollowing) return fieldsIn(declared, made);
  const { configFiles: files, configValues: values } = configTextsIn(argv);
  try {
    return (await configuredFields(place.Flow, { files, values, ...place })).fields;
  } catch (error) {
    if (made.instance === null && !isMillraceError(error)) throw error;
    return fieldsIn(declared, made);
  }
}
