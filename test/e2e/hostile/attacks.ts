import { BUILTINS } from "./attacks/builtins.ts";
import { DESCRIPTORS } from "./attacks/descriptors.ts";
import { ENDS } from "./attacks/ends.ts";
import { NODE } from "./attacks/node.ts";

export const ATTACKS = { BUILTINS, NODE, DESCRIPTORS, ENDS };

export type Group = keyof typeof ATTACKS;
