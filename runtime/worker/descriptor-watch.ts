import { identityOf } from "../datastore/local/identity-of.ts";

/** Input and outputs. Node ends itself when it closes a file that took the number of one of them. */
const STANDARD = [0, 1, 2] as const;

/** The returned function says whether this process still has the input and outputs that it was started with. */
export function descriptorWatch(): () => boolean {
  const known = STANDARD.map(identityOf);
  return () => STANDARD.every((descriptor, at) => identityOf(descriptor) === known[at]);
}
