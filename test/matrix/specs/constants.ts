import { expect } from "vitest";
import { type Spec, wanted } from "./spec.ts";

export const constants: Spec = {
  truth:
    "fields with an initializer are artifacts of every task, joins included; declared, private and symbol fields are none",
  adds: {
    head: ['const SYMBOL = Symbol("own");'],
    fields: [
      ...['constant = { list: [1, "two", null], nested: { three: 3 } };', "declared!: string;", "_underscore = 1;"],
      ...["#secret = 1;", "[SYMBOL] = 1;", "arrow = () => this.#secret;"],
    ],
  },
  async check(seen, expected) {
    const found = [...(await seen.artifacts())].map(([id, table]) => {
      const none = ["declared", "_underscore", "#secret", "secret", "arrow"].filter((name) => name in table);
      return [id, [table["constant"]?.value, none]];
    });
    const constant = { list: [1, "two", null], nested: { three: 3 } };
    expect(Object.fromEntries(found)).toEqual(wanted(expected, () => [constant, []]));
  },
};
