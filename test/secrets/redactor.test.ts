import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { redactor } from "../../runtime/secrets/redactor.ts";

const SECRET = `pa:ss"w0rd'/+ é&7f3a`;

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function wrapped(text: string, width: number, end = "\n"): string {
  return text.replace(new RegExp(`(.{${width}})(?=.)`, "g"), `$1${end}`);
}

/** The text as it comes out if it arrives in pieces of this many bytes. */
function inPieces(text: string, size: number, secrets = [SECRET]): string {
  const stream = redactor(secrets)!.stream();
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(stream.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...out, stream.end()]).toString();
}

describe("a redactor", () => {
  test.each([
    ["as it is", SECRET],
    ["inside JSON", JSON.stringify(SECRET).slice(1, -1)],
    ["inside JSON within JSON", JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    ["inside JSON as Python writes it", JSON.stringify(SECRET).slice(1, -1).replace("é", "\\u00e9")],
    ["inside JSON as PHP writes it", JSON.stringify(SECRET).slice(1, -1).replace("/", "\\/")],
    ["by encodeURIComponent", encodeURIComponent(SECRET)],
    ["percent-encoded in lower case", encodeURIComponent(SECRET).replace(/%../g, (code) => code.toLowerCase())],
    ["as a form", new URLSearchParams({ a: SECRET }).toString().slice(2)],
    [
      "as a form in lower case",
      new URLSearchParams({ a: SECRET })
        .toString()
        .slice(2)
        .replace(/%../g, (code) => code.toLowerCase()),
    ],
    ["by btoa", btoa(SECRET)],
    ["in hex", Buffer.from(SECRET).toString("hex")],
    ["in upper-case hex", Buffer.from(SECRET).toString("hex").toUpperCase()],
  ])("masks a secret %s", (_, form) => {
    expect(redactor([SECRET])!.text(`<${form}>`)).toBe("<***>");
  });

  test("masks what Node shows of a Buffer, also where it cuts that short", () => {
    const long = "0123456789".repeat(8);
    expect(redactor([SECRET])!.text(inspect(Buffer.from(SECRET)))).toBe("<Buffer ***>");
    expect(redactor([long])!.text(inspect(Buffer.from(long)))).toBe("<Buffer *** ... 30 more bytes>");
  });

  test.each([0, 1, 2, 3, 4, 5])("masks base64 of a text in which %i bytes stand before the secret", (before) => {
    for (const after of ["", "z", "zz", "zzz"]) {
      const text = `user:${"x".repeat(before)}${SECRET}${after}`;
      for (const form of [base64(text), base64(text).replace(/=+$/, ""), Buffer.from(text).toString("base64url")]) {
        const masked = redactor([SECRET])!.text(`[${form}]`);
        expect(masked).toMatch(/^\[[\w+/-]+\*\*\*[\w+/=-]*\]$/);
      }
    }
  });

  test.each([
    [76, "\n"],
    [64, "\r\n"],
    [13, "\n"],
    [20, "\n    "],
  ])("masks base64 and hex that are broken into lines of %i characters, wherever the line ends", (width, end) => {
    const long = `${SECRET}-${"abc123XYZ".repeat(9)}`;
    for (let before = 0; before < width; before += 1) {
      const text = `${"x".repeat(before)}${long}`;
      for (const form of [base64(text), Buffer.from(text).toString("hex")]) {
        const lines = inPieces(wrapped(form, width, end), 1000, [long]).split(end);
        // Up to three characters before a line's end may stay.
        const left = lines.join("").replaceAll("***", "");
        expect(left.length).toBeLessThan(before * 2 + 8);
        expect(lines.length).toBe(wrapped(form, width, end).split(end).length);
      }
    }
  });

  test.each([1, 2, 3, 5, 7, 64])("masks what arrives in pieces of %i bytes", (size) => {
    const text = `start ${SECRET}, ${encodeURIComponent(SECRET)} and ${base64(`me:${SECRET}`)}\n`;
    expect(inPieces(text, size)).toBe(redactor([SECRET])!.text(text));
    expect(inPieces(text, size)).not.toContain(SECRET.slice(0, 6));
  });

  test("masks a secret of many lines line by line, also lines too short to be secret alone", () => {
    const key = "-----BEGIN-----\nbGluZSBvbmU\nab\nc\n-----END-----";
    expect(redactor([key])!.text(`key:\n${key}\n`)).toBe("key:\n***\n");
    expect(inPieces(`${key}\n`, 4, [key])).toBe("***\n***\n***\n***\n***\n");
    expect(redactor([key])!.text("the line bGluZSBvbmU alone")).toBe("the line *** alone");
    expect(inPieces("ab\ncd\nef", 1, ["ab\ncd\nef"])).toBe("***\n***\n***");
    expect(inPieces("ab\ncd\nef", 3, ["ab\ncd\nef"])).toBe("***\n***\n***");
    expect(redactor([key.replaceAll("\n", "\r\n")])!.text(base64(key.replaceAll("\n", "\r\n")))).toBe("***");
  });

  test("masks each text inside a secret that is JSON, as its parts are what is used", () => {
    const inner = JSON.stringify({ token: "inner-token-7" });
    const whole = JSON.stringify({ db: { password: "s3cr3t-pa55", hosts: ["db-1.internal", 5] }, inner, short: "abc" });
    const text = redactor([whole, "{not JSON: left-alone}"])!.text(
      `log in with s3cr3t-pa55 at db-1.internal by inner-token-7 (${base64("s3cr3t-pa55")}), abc left-alone`,
    );
    expect(text).toBe("log in with *** at *** by *** (***), abc left-alone");
    expect(redactor([whole])!.text(`password: ${whole}!`)).toBe("password: ***!");
  });

  test("masks all of what several secrets cover that hold or overlap one another", () => {
    const { text } = redactor(["pass", "password-long", "longer", "pass-pass"])!;
    expect(text("password-longer")).toBe("***");
    expect(text("pass password-long pass-pass passage")).toBe("*** *** *** ***age");
  });

  test("leaves a whole line alone until it is clear whether a secret goes on in the next", () => {
    const stream = redactor([SECRET])!.stream();
    const form = base64(SECRET);
    expect(stream.push(Buffer.from("an ordinary line\n")).toString()).toBe("an ordinary line\n");
    expect(stream.push(Buffer.from(`${form.slice(0, 9)}\n`)).toString()).toBe("");
    expect(stream.push(Buffer.from("and another\n")).toString()).toBe(`${form.slice(0, 9)}\nand another\n`);
  });

  test("masks the beginning of a secret where the writer died", () => {
    expect(inPieces(`connecting with ${SECRET.slice(0, 12)}`, 3)).toBe("connecting with ***");
  });

  test("keeps the meaning of data and masks every text in it", () => {
    const data = { message: `no ${SECRET}`, causes: [`Error: ${base64(SECRET)}`], line: 3, code: null };
    expect(redactor([SECRET])!.data(data)).toEqual({ message: "no ***", causes: ["Error: ***"], line: 3, code: null });
  });

  test("is null where there is nothing to mask, as values below four characters would mask words", () => {
    expect(redactor([])).toBeNull();
    expect(redactor(["", "abc", "  x "])).toBeNull();
  });

  test("finds a secret that lies across two chunks of stored bytes, and looks no further than told", () => {
    const bytes = Buffer.from(`${"x".repeat(3_000_000)}${SECRET}`);
    const chunks = [bytes.subarray(0, 3_000_004), bytes.subarray(3_000_004)];
    expect(redactor([SECRET])!.finds(chunks)).toBe(true);
    expect(redactor([SECRET])!.finds(chunks, 3_000_000)).toBe(false);
    expect(redactor([SECRET])!.finds([Buffer.from("nothing")])).toBe(false);
  });

  test("takes hardly longer for fifty secrets than for one", () => {
    const many = Array.from({ length: 50 }, (_, index) => `token-${index}-${Math.sin(index + 1).toString(36)}`);
    const log = Buffer.from(
      "2026-11-29 epoch 12 loss=0.1234 file=/data/part-17.parquet user=alice status=ok\n".repeat(12_000),
    );
    const cpuOf = (secrets: string[]) => {
      const { stream } = redactor(secrets)!;
      const times = [0, 1, 2].map(() => {
        const before = process.cpuUsage();
        stream().push(log);
        return process.cpuUsage(before).user / 1000;
      });
      return Math.min(...times);
    };
    cpuOf(many);
    expect(cpuOf(many)).toBeLessThan(Math.max(cpuOf(many.slice(0, 1)) * 6, 60));
  });
});
