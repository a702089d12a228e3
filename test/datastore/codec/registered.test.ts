import { expect, test } from "vitest";
import { encode } from "../../../runtime/datastore/codec/encode.ts";
import { ByteChunks } from "../../../sdk/base/byte-chunks.ts";
import { registerType } from "../../../sdk/register-type.ts";
import { bytesOf, roundTrip, thrownBy, valueOf } from "./harness.ts";

class Movie {
  readonly title: string;
  readonly links: unknown[];
  constructor(title: string, links: unknown[] = []) {
    this.title = title;
    this.links = links;
  }
}
registerType(Movie, {
  name: "Movie",
  pack: (movie) => ({ title: movie.title, links: movie.links }),
  unpack: ({ title, links }) => new Movie(title, links),
});

test("registered instances come back as instances, shared where they were", () => {
  const alien = new Movie("Alien", [new Movie("Aliens")]);
  const result = roundTrip({ first: alien, again: alien, list: [alien.links[0]] });
  expect(result.first).toBeInstanceOf(Movie);
  expect(result.again).toBe(result.first);
  expect(result.list[0]).toBe(result.first.links[0]);
  expect(encode(alien, "a").type).toBe("Movie");
});

test("a cycle through a registered instance is refused", () => {
  const loop = new Movie("Loop");
  loop.links.push(loop);
  const error = thrownBy(() => encode({ loop }, "a"));
  expect(error.message).toContain("inside its own packed data cannot be stored: found at a.loop.pack().links[0]");
});

test("what pack returns in pieces is stored as one array, without joining it first", () => {
  class Log {
    bytes = Uint8Array.of();
  }
  const pieces = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)];
  registerType(Log, {
    name: "Log",
    pack: () => new ByteChunks(pieces) as unknown as Uint8Array,
    unpack: (bytes) => Object.assign(new Log(), { bytes }),
  });
  const whole = Uint8Array.of(1, 2, 3);
  expect(roundTrip([new Log(), new Log()]).map(({ bytes }) => bytes)).toEqual([whole, whole]);
  expect(encode(new Log(), "a").chunks).toContain(pieces[0]);
  expect(bytesOf(new ByteChunks(pieces)).equals(bytesOf(whole))).toBe(true);
});

test("the last registration of a name wins", () => {
  class Old {}
  class New {}
  registerType(Old, { name: "Renewed", pack: () => 1, unpack: () => new Old() });
  const bytes = bytesOf(new Old());
  registerType(New, { name: "Renewed", pack: () => 1, unpack: () => new New() });
  expect(valueOf(bytes)).toBeInstanceOf(New);
});

test("a name that nobody registered is named", () => {
  class Gone {}
  registerType(Gone, { name: "Gone1", pack: () => 1, unpack: () => new Gone() });
  const bytes = bytesOf(new Gone());
  bytes.write("Gone2", bytes.indexOf("Gone1"));
  expect(thrownBy(() => valueOf(bytes))).toMatchObject({ code: "MILLRACE_UNREGISTERED_TYPE" });
  expect(thrownBy(() => valueOf(bytes)).message).toContain('"Gone2"');
});

test("what pack and unpack throw is passed on as the cause", () => {
  class Moody {}
  const cause = new Error("not today");
  const fail = (): never => {
    throw cause;
  };
  registerType(Moody, { name: "Moody", pack: fail, unpack: fail });
  expect(thrownBy(() => encode([new Moody()], "a"))).toMatchObject({ code: "MILLRACE_UNSTORABLE", cause });
  registerType(Moody, { name: "Moody", pack: () => 1, unpack: fail });
  expect(thrownBy(() => roundTrip(new Moody()))).toMatchObject({ code: "MILLRACE_UNPACK_FAILED", cause });
});

test("registerType refuses what is no registration", () => {
  const bad = { name: "", pack: (value: object) => value, unpack: (value: object) => value };
  expect(thrownBy(() => registerType(Object, bad))).toMatchObject({ code: "MILLRACE_BAD_TYPE" });
});
