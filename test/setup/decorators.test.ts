import { expect, test } from "vitest";

const applied: unknown[][] = [];

function record(...args: unknown[]): void {
  applied.push(args);
}

class Base {
  @record field = 1;
  declared!: string;

  @record method(): number {
    return this.field;
  }
}

test("tests are compiled with legacy decorators", () => {
  expect(applied.map((args) => args.slice(0, 2))).toEqual([
    [Base.prototype, "field"],
    [Base.prototype, "method"],
  ]);
  expect(applied[1]?.[2]).toMatchObject({ value: Base.prototype.method });
});

test("a declared field is undefined until it is set, as under tsx", () => {
  expect(Object.entries(new Base())).toEqual([
    ["field", 1],
    ["declared", undefined],
  ]);
});
