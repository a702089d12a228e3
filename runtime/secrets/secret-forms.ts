import { jsonTexts } from "./json-texts.ts";

/** Shorter values would mask ordinary words. */
const MIN_CHARS = 4;
/** Encodings of this many characters may be broken into lines, wherever the line happens to end. */
const MIN_WRAPPED_CHARS = 16;
/** Bytes of a `Buffer` that Node's `inspect` shows. */
const INSPECTED_BYTES = 50;

/** One way in which a secret can be written. */
export interface SecretForm {
  readonly bytes: Buffer;
  /** It goes on where the line breaks, as encoders break lines at a fixed width. */
  readonly mayWrap: boolean;
  /** Of base64: what follows can hold its last bits, and padding. */
  readonly hasTail: boolean;
}

/** Every way in which these values are looked for: as they are, escaped, percent-encoded, in base64 and in hex. */
export function secretForms(secrets: Iterable<string>): readonly SecretForm[] {
  const forms = new Map<string, SecretForm>();
  const add = (text: string, { mayWrap = false, hasTail = false } = {}) => {
    if (text.length < MIN_CHARS) return;
    forms.set(`${text}${mayWrap ? "\n" : ""}`, { bytes: Buffer.from(text), mayWrap, hasTail });
  };
  // Whoever is given JSON as a whole takes out what it needs, and may print that.
  const values = [...secrets].flatMap((secret) => [secret, ...jsonTexts(secret)]);
  for (const secret of new Set(values.map((value) => value.trim()))) {
    if (secret.length < MIN_CHARS) continue;
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    for (const text of new Set([secret, ...lines])) {
      for (const form of [text, ...escaped(text), ...percentEncoded(text)]) add(form);
    }
    // Lines too short to be masked one by one.
    if (lines.length > 1) add(lines.join(""), { mayWrap: true });
    // btoa encodes characters, one byte for each.
    for (const bytes of [Buffer.from(secret), Buffer.from(jsonText(secret)), Buffer.from(secret, "latin1")]) {
      for (const form of base64Forms(bytes)) {
        for (const cut of cuts(form)) add(cut, { mayWrap: true, hasTail: true });
        const inUrl = encodeURIComponent(form);
        if (inUrl !== form) for (const one of [inUrl, lowerHex(inUrl)]) add(one, { hasTail: true });
      }
    }
    for (const form of hexForms(secret)) for (const cut of cuts(form)) add(cut, { mayWrap: true });
    for (const form of shownBytes(secret)) add(form);
  }
  return [...forms.values()];
}

/** A line that ends within the first three characters leaves the rest to be found. */
function cuts(form: string): string[] {
  return form.length < MIN_WRAPPED_CHARS ? [form] : [0, 1, 2, 3].map((count) => form.slice(count));
}

function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Inside JSON, inside JSON that is itself a text, and as other languages write it. */
function escaped(text: string): string[] {
  const json = jsonText(text);
  const ascii = json.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [json, jsonText(json), ascii, json.replaceAll("/", "\\/"), text.replaceAll("'", "\\'")];
}

function percentEncoded(text: string): string[] {
  // Half a pair of surrogates is no character, and cannot be encoded.
  const wellFormed = Buffer.from(text).toString();
  const component = encodeURIComponent(wellFormed);
  const strict = component.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = new URLSearchParams([["", wellFormed]]).toString().slice(1);
  const all = [component, strict, query, strict.replaceAll("%20", "+"), encodeURI(wellFormed)];
  return [...all, ...all.map(lowerHex)];
}

function lowerHex(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** At each of the three places that a text can have in its group, what the text alone determines. */
function base64Forms(bytes: Buffer): string[] {
  const standard = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  return [...standard, ...standard.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"))];
}

function hexForms(text: string): string[] {
  const hex = Buffer.from(text).toString("hex");
  return [hex, hex.toUpperCase()];
}

/** As Node shows a `Buffer`, and as dumps separate bytes. */
function shownBytes(text: string): string[] {
  const bytes = Buffer.from(text).toString("hex").match(/../g) ?? [];
  return [bytes, bytes.slice(0, INSPECTED_BYTES)].flatMap((shown) => [shown.join(" "), shown.join(":")]);
}
