import type { CurrentCard } from "../../sdk/base/card-component.ts";

/** `current.card` of a step that declares no card: what it is given goes nowhere, and a warning says so once. */
export function noCard(step: string): CurrentCard {
  let isSaid = false;
  const say = () => {
    if (!isSaid)
      process.stderr.write(`warning: step ${step} has no card, so nothing of it is shown: write @card() before it\n`);
    isSaid = true;
  };
  const card = { append: say, clear: () => {}, refresh: () => {} };
  return { ...card, get: () => card };
}
