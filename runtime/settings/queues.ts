import { isRecord } from "../../sdk/base/is-record.ts";

/** Key of the queues in `millrace.config.json`. */
export const QUEUES = "queues";

/** How many runs of each queue go on at once, by its name; one that is not named has no limit of its own. */
export type QueueSettings = Readonly<Partial<Record<string, QueueSetting>>>;

export interface QueueSetting {
  readonly slots: number;
}

const NAME = /^[\w-]{1,100}$/;
const EXAMPLE = '{"nightly": {"slots": 2}}';

/** What is wrong with what a file says of queues, each with what is wanted. */
export function queuesFindings(value: unknown): string[] {
  if (!isRecord(value)) return [`${QUEUES}: ${JSON.stringify(value)}; wanted: an object, as in ${EXAMPLE}`];
  return Object.entries(value).flatMap(([name, queue]) => {
    if (!NAME.test(name)) return [`${QUEUES}.${name}: wanted: a name of letters, digits, - and _`];
    if (!isRecord(queue)) return [`${QUEUES}.${name}: ${JSON.stringify(queue)}; wanted: an object, as in ${EXAMPLE}`];
    const { slots, ...others } = queue;
    const unknown = Object.keys(others).map((key) => `${QUEUES}.${name}.${key}: a queue has slots, nothing else`);
    const isCount = typeof slots === "number" && Number.isSafeInteger(slots) && slots >= 1 && slots <= MAX_SLOTS;
    const seen = slots === undefined ? "missing" : JSON.stringify(slots);
    return isCount
      ? unknown
      : [...unknown, `${QUEUES}.${name}.slots: ${seen}; wanted: a whole number from 1 to ${MAX_SLOTS}`];
  });
}

const MAX_SLOTS = 1000;

/** @param value - without {@link queuesFindings} */
export function queuesIn(value: unknown): QueueSettings {
  return (value ?? {}) as QueueSettings;
}
