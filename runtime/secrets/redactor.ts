/** Stands for a secret wherever text is stored or shown. */
const MASK = "***";
/** Shorter values would mask ordinary words. */
const MIN_CHARS = 4;

/** Replaces secrets in text. */
export type Redactor = (text: string) => string;

/** The lines of a multi-line secret, such as a key, are masked one by one, as logs are cut into lines. */
export function redactor(secrets: Iterable<string>): Redactor {
  const lines = [...secrets].flatMap((secret) => [secret, ...secret.split(/\r?\n/)]);
  const plain = lines.map((line) => line.trim()).filter((line) => line.length >= MIN_CHARS);
  // Inside JSON a quote or a backslash is written otherwise.
  const parts = [...new Set(plain.flatMap((line) => [line, JSON.stringify(line).slice(1, -1)]))];
  // The longest first: one secret may hold another.
  parts.sort((a, b) => b.length - a.length);
  return (text) => parts.reduce((masked, part) => masked.replaceAll(part, MASK), text);
}

/** Masks every text inside plain data, such as an error record. */
export function redactData<T>(data: T, redact: Redactor): T {
  return JSON.parse(JSON.stringify(data), (_, value: unknown) =>
    typeof value === "string" ? redact(value) : value,
  ) as T;
}
