/** Characters that names of steps can have and Airflow's cannot, or not in every version. */
const FOREIGN = /[^A-Za-z0-9_]/gu;
/** Airflow's own limit is 250; what is added to a step's name has to fit as well. */
const LONGEST = 100;

/** Names of what a DAG is made of. A step's own name has neither `.` nor `-`, so none of these is a step's. */
export const airflowNames = {
  step: airflowName,
  /** Computes where the children of a foreach stand. */
  items: (step: string) => `${airflowName(step)}.items`,
  /** One way out of a switch, where several lead to the same step. */
  way: (step: string, target: string | null) =>
    `${airflowName(step)}.to.${target === null ? "-join" : airflowName(target)}`,
  /** What runs for each child of a foreach; several where its body holds another foreach. */
  group: (step: string, part: number) => `${airflowName(step)}-each${part === 0 ? "" : `-${part}`}`,
  begin: "millrace.begin",
  finish: "millrace.finish",
} as const;

function airflowName(step: string): string {
  const name = step.replace(FOREIGN, (character) => `-${(character.codePointAt(0) ?? 0).toString(16)}`);
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 9)}-${shortHash(name)}`;
}

/** FNV-1a, which tells apart what has the same beginning. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
