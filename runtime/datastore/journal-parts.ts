import { firstLine } from "./first-line.ts";
import { type JournalHead, parseHead } from "./kinds/journal.ts";
import { linesOf } from "./lines-of.ts";
import { journalKey, runFolder, type RunPlace } from "./run-keys.ts";
import { numbersIn } from "./numbers-in.ts";
import type { Storage } from "./storage.ts";

/** A run whose journal may have several parts. */
export interface JournalPlace extends RunPlace {
  /** As in the run's document. */
  readonly mayContinue?: true | undefined;
}

/** What one scheduler of a run wrote: an object has one writer. */
export interface JournalPart {
  readonly key: string;
  /** Number of the scheduler. */
  readonly claim: number;
  /** Where its events begin, in bytes. */
  readonly start: number;
  /** Where it ends for its readers, in bytes: what its scheduler wrote after another had gone on from there does not count. */
  readonly until: number | null;
}

/** The parts that together are a run's journal, in order. At least one, which may not be there yet. */
export function journalParts(storage: Storage, of: JournalPlace): readonly JournalPart[] {
  const claims = of.mayContinue === true ? laterJournals(storage, of) : [];
  for (const claim of claims) {
    const head = headOf(storage, journalKey(of, claim));
    // Its scheduler died as it began to write: nothing follows from it.
    if (head === null) continue;
    const { start } = head;
    return [...before(storage, of, { claim, head }), { key: journalKey(of, claim), claim, start, until: null }];
  }
  return [{ key: journalKey(of), claim: 1, start: 0, until: null }];
}

/** An event of a journal as it is stored. */
export interface PlacedEvent {
  readonly key: string;
  readonly text: string;
  /** Byte at which it begins. */
  readonly offset: number;
}

/** Every event of a journal. A last line that a killed process left unfinished does not count. */
export function* placedEvents(storage: Storage, of: JournalPlace): Generator<PlacedEvent> {
  yield* eventsOf(storage, journalParts(storage, of));
}

/** The same of parts that are known. */
export function* eventsOf(storage: Storage, parts: readonly JournalPart[]): Generator<PlacedEvent> {
  for (const { key, start, until } of parts) {
    for (const { text, offset } of linesOf(storage, key)) {
      if (until !== null && offset >= until) break;
      if (offset >= start) yield { key, text, offset };
    }
  }
}

function before(
  storage: Storage,
  of: RunPlace,
  { claim, head }: { readonly claim: number; readonly head: PlacedHead },
): readonly JournalPart[] {
  const { after, bytes: until } = head;
  // A head that leads forward is none of ours.
  if (after >= claim) return [];
  const key = journalKey(of, after);
  if (after <= 1) return [{ key: journalKey(of), claim: 1, start: 0, until }];
  const its = headOf(storage, key);
  return its === null
    ? []
    : [...before(storage, of, { claim: after, head: its }), { key, claim: after, start: its.start, until }];
}

interface PlacedHead extends JournalHead {
  /** Where what follows it begins. */
  readonly start: number;
}

function headOf(storage: Storage, key: string): PlacedHead | null {
  const line = firstLine(storage, key);
  return line === null ? null : { ...parseHead(line, key), start: Buffer.byteLength(line) + 1 };
}

/** Numbers of the schedulers after the first one that have a journal, the latest first. */
function laterJournals(storage: Storage, of: RunPlace): readonly number[] {
  return numbersIn(storage.list(runFolder(of)), (number) => journalKey(of, number)).reverse();
}
