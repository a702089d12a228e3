import type { Addition } from "../flow/addition.ts";

/** Ends attempts as the variable BLOWS says, after the step has set its artifacts. */
export const struck: Addition = {
  head: ['import { strike } from "./strike.ts";'],
  step: ({ step: { name } }) => ({ late: [`strike("${name}", this.foreachStack());`] }),
};
