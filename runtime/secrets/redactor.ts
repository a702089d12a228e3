import { MaskStream } from "./mask-stream.ts";
import { secretForms } from "./secret-forms.ts";
import { secretMatcher } from "./secret-matcher.ts";

/** Puts `***` in the place of a run's secrets, in whatever form they are written. */
export interface Redactor {
  text(text: string): string;
  /** Every text inside plain data, such as an error record. */
  data<T>(data: T): T;
  /** For output that comes in pieces. */
  stream(): MaskStream;
  /** Whether so many bytes, from the first on, hold a secret. */
  finds(chunks: readonly Uint8Array[], most?: number): boolean;
}

/** Null if there is nothing to mask. */
export function redactor(secrets: Iterable<string>): Redactor | null {
  const forms = secretForms(secrets);
  if (forms.length === 0) return null;
  const matcher = secretMatcher(forms);
  const text = (plain: string) => {
    const stream = new MaskStream(matcher, { byLine: false });
    const masked = stream.push(Buffer.from(plain));
    const rest = stream.end();
    return stream.hasFound ? `${masked.toString()}${rest.toString()}` : plain;
  };
  return {
    text,
    data: <T>(data: T) =>
      JSON.parse(JSON.stringify(data), (_, value: unknown) => (typeof value === "string" ? text(value) : value)) as T,
    stream: () => new MaskStream(matcher, { byLine: true }),
    finds(chunks, most = Infinity) {
      const stream = new MaskStream(matcher, { byLine: false });
      let left = most;
      for (const chunk of chunks) {
        const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.byteLength, left));
        stream.push(bytes);
        left -= bytes.length;
        if (stream.hasFound || left === 0) return stream.hasFound;
      }
      stream.end();
      return stream.hasFound;
    },
  };
}
