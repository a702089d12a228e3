import { type FireStart, type InboxNote, type OpenFire, parseInbox, type SlotTaken } from "./kinds/inbox.ts";
import { type FirePlace, type InboxNames, inboxNames, slotName, type SlotPlace, startName } from "./inbox-names.ts";
import { RECORD_FORMAT } from "./records.ts";
import type { Storage } from "./storage.ts";

const FOLDER = "inbox";

/**
 * What schedulers have to look at, as one small object for each thing: a list of their names tells all of it. Whoever wants
 * something leaves its note here first, then does it; a note goes when it is done with. So what is cut off in between is
 * finished by whoever looks.
 */
export class Inbox {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Everything there is, in one list. */
  names(): InboxNames {
    return inboxNames(this.#storage.list(FOLDER));
  }

  /** An event is there. */
  published(id: string): void {
    this.#note(`event~${id}`);
  }

  /** Left before a deployment's move of that number. */
  changes(deployment: string, sequence: number): void {
    this.#note(`changed~${deployment}~${sequence}`);
  }

  /** A run of a deployment has ended, whatever drove it: what follows it may start. */
  finished({ flow, run }: { readonly flow: string; readonly run: string }): void {
    this.#note(`finished~${flow}~${run}`);
  }

  /** The fire is to be decided on; the note that was there before stays. */
  open(fire: string, of: Omit<OpenFire, "format">): void {
    this.#create(`fire~${of.deployment}~${fire}`, of);
  }

  openFire(deployment: string, fire: string): OpenFire | null {
    return this.#read(`fire~${deployment}~${fire}`) as OpenFire | null;
  }

  /** Whether its note is there, whatever it says. */
  isOpen(deployment: string, fire: string): boolean {
    return this.#storage.has(keyOf(`fire~${deployment}~${fire}`));
  }

  /** Only one gets that number. */
  start(at: FirePlace & { readonly number: number }, by: Omit<FireStart, "format">): boolean {
    return this.#create(startName(at), by);
  }

  startOf(at: FirePlace & { readonly number: number }): FireStart | null {
    return this.#read(startName(at)) as FireStart | null;
  }

  /** Only one gets that number of the slot. */
  take(at: SlotPlace, by: Omit<SlotTaken, "format">): boolean {
    return this.#create(slotName(at), by);
  }

  slotAt(at: SlotPlace): SlotTaken | null {
    return this.#read(slotName(at)) as SlotTaken | null;
  }

  /** Announces that these will be read. */
  ahead(names: readonly string[]): void {
    this.#storage.ahead(names.map((name) => ({ op: "read", key: keyOf(name) })));
  }

  /** @param names - as a list has them, without the ending */
  remove(names: readonly string[]): void {
    if (names.length > 0) this.#storage.remove(names.map(keyOf));
  }

  #note(name: string): void {
    const record: InboxNote = { format: RECORD_FORMAT, time: Date.now() };
    this.#storage.write(keyOf(name), [encoded(record)]);
  }

  #create(name: string, of: Omit<InboxNote, "format">): boolean {
    return this.#storage.create(keyOf(name), [encoded({ format: RECORD_FORMAT, ...of })]);
  }

  #read(name: string): InboxNote | null {
    const bytes = this.#storage.read(keyOf(name));
    return bytes === null ? null : parseInbox(Buffer.from(bytes).toString(), keyOf(name));
  }
}

function keyOf(name: string): string {
  return `${FOLDER}/${name}.json`;
}

function encoded(record: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
