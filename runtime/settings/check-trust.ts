import fs from "node:fs";
import path from "node:path";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { userPath } from "./user-path.ts";

/** What settles whose files are taken without being asked for. */
export interface TrustOptions {
  /** What the place is to Millrace, for messages: "the datastore". */
  readonly what: string;
  /** `MILLRACE_TRUST`: folders whose content the user vouches for, separated as in `PATH`; `*` is all of them. */
  readonly trusted: string | undefined;
  /** `SUDO_UID`: who became root. */
  readonly sudoUid: string | undefined;
  /** The program that this process runs: whoever may change it needs no other way to run code. */
  readonly program: string | undefined;
  /** What to do without trust. */
  readonly otherwise: string;
}

/** Those who decide already what this process executes. */
interface Insiders {
  readonly owners: ReadonlySet<number>;
  /** Whose members may write what such a group may write. */
  readonly groups: ReadonlySet<number>;
  /** True where everybody may change the program, as on file systems that know no owners. */
  readonly isEverybody: boolean;
}

/**
 * Refuses a store or settings that were found, not named, where another user owns them or could swap them: what is
 * stored there leads to code that is executed.
 * @throws MillraceError `MILLRACE_TRUST`
 */
export function checkTrust(place: string, options: TrustOptions): void {
  // On Windows Node tells no owners; there the way upward is shorter.
  if (process.geteuid === undefined) return;
  const insiders = insidersOf(options, process.geteuid());
  const doubt = doubtAbout(place, insiders);
  if (doubt === null || isTrusted(place, options.trusted)) return;
  throw new MillraceError({
    code: "MILLRACE_TRUST",
    headline: `Cannot use ${options.what} ${place} because it was found, not named, and ${doubt}`,
    details: ["anyone who may write there could make you execute their code"],
    hint: `if you trust them: MILLRACE_TRUST=${place} (several as in PATH, * for all); otherwise ${options.otherwise}`,
  });
}

function insidersOf({ sudoUid, program }: TrustOptions, self: number): Insiders {
  const owners = new Set([self, 0]);
  if (self === 0 && sudoUid !== undefined && /^\d+$/.test(sudoUid)) owners.add(Number(sudoUid));
  const groups = new Set([process.getegid?.() ?? self]);
  let isEverybody = false;
  for (const entry of program === undefined ? [] : [path.dirname(program), program]) {
    const known = fs.statSync(entry, { throwIfNoEntry: false });
    if (known === undefined) continue;
    owners.add(known.uid);
    if (isSticky(known)) continue;
    if (known.mode & GROUP_WRITES) groups.add(known.gid);
    isEverybody ||= (known.mode & OTHERS_WRITE) !== 0;
  }
  return { owners, groups, isEverybody };
}

/** Null if nobody but insiders can have put the place there, or can change it; else why, as the end of a sentence. */
function doubtAbout(place: string, insiders: Insiders): string | null {
  for (let at = place, links = 0; links < MAX_LINKS; links += 1) {
    const folder = path.dirname(at);
    const holder = fs.statSync(folder, { throwIfNoEntry: false });
    const known = fs.lstatSync(at, { throwIfNoEntry: false });
    if (holder === undefined || known === undefined) return null;
    // In a sticky folder others add entries, and leave those of others alone.
    const name = at === place ? "it" : at;
    const doubt = doubtIn(known, name, insiders) ?? (isSticky(holder) ? null : doubtIn(holder, folder, insiders));
    if (doubt !== null || !known.isSymbolicLink()) return doubt;
    at = path.resolve(fs.realpathSync(folder), fs.readlinkSync(at));
  }
  return "it is a link that leads nowhere";
}

function doubtIn({ uid, gid, mode }: fs.Stats, place: string, insiders: Insiders): string | null {
  if (!insiders.owners.has(uid)) return `${place} belongs to another user: ${userName(uid)}`;
  // A link's own mode says nothing.
  if ((mode & fs.constants.S_IFMT) === fs.constants.S_IFLNK || insiders.isEverybody) return null;
  if (mode & OTHERS_WRITE) return `every user may write ${place}: its mode is ${octal(mode)}`;
  if (!(mode & GROUP_WRITES) || insiders.groups.has(gid)) return null;
  return `a group may write ${place}: its mode is ${octal(mode)}, its group ${gid}`;
}

function isTrusted(place: string, trusted = ""): boolean {
  const places = [place, realPath(place)];
  return trusted
    .split(path.delimiter)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const folder = userPath(entry);
      return [folder, realPath(folder)].some((one) => places.some((it) => isWithin(it, one)));
    });
}

function isWithin(place: string, folder: string): boolean {
  const way = path.relative(folder, place);
  return way === "" || (!way.startsWith(`..${path.sep}`) && way !== ".." && !path.isAbsolute(way));
}

function realPath(place: string): string {
  try {
    return fs.realpathSync(place);
  } catch {
    return place;
  }
}

/** As far as this machine's own list knows. */
function userName(uid: number): string {
  try {
    const line = fs.readFileSync("/etc/passwd", "utf8").split("\n");
    const name = line.map((one) => one.split(":")).find(([, , id]) => id === String(uid))?.[0];
    return name === undefined ? `user ${uid}` : `${name} (user ${uid})`;
  } catch {
    return `user ${uid}`;
  }
}

function isSticky({ mode }: fs.Stats): boolean {
  return (mode & STICKY) !== 0;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8);
}

const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
/** As many as Linux follows. */
const MAX_LINKS = 40;
