import { ENGINES } from "../../../runtime/engines/index.ts";
import { childProcessEngine } from "./child-process-engine.ts";

/** Millrace's engines and one more: all that it takes is this row and this folder. */
export const ENGINES_AND_ONE_MORE = [...ENGINES, childProcessEngine];
