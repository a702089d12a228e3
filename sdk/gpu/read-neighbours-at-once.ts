import type { AnyNode } from "acorn";
import type { GpuJs } from "./gpu-js.ts";
import { nodesIn } from "./nodes-in.ts";
import type { Emitter, WasmLayout, WasmFunctionNode } from "./wasm-function-node.ts";

const patched = new WeakSet<object>();

/**
 * Makes gpu.js read four neighbours of a row with one instruction. By itself it reads each cell's value alone, whatever the
 * index: a matrix product takes more than twice as long then. Only indices that are `this.thread.x`, give or take a
 * number, are told apart; where not all four lie inside the array, each is still read alone and clamped as before.
 */
export function readNeighboursAtOnce({ WebAssemblyFunctionNode: { prototype } }: GpuJs): void {
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const gather = prototype.vGather;
  prototype.vGather = function (...access) {
    const [table, name, x, y, z] = access;
    const layout = this.assembler.layout[table]?.[name];
    const isSame = (index: AnyNode | undefined) => index === undefined || !this.vInfo.exprVarying(index);
    if (layout === undefined || layout.flatLength < 4 || !isSame(y) || !isSame(z) || !isNeighbour(this, x))
      return gather.apply(this, access);
    const base = emitBase(this, { layout, x, y, z });
    emitRead(this.em, layout, base);
    return "vf32";
  };
}

/** The first cell's place in the array; returns the local that holds it. */
function emitBase(
  node: WasmFunctionNode,
  { layout, x, y, z }: { layout: WasmLayout; x: AnyNode; y: AnyNode | null | undefined; z: AnyNode | null | undefined },
): number {
  const { em } = node;
  const [width = 1, height = 1] = layout.dims;
  const base = em.addLocal("i32");
  node.vEmitIndex(x);
  em.i32x4ExtractLane(0);
  for (const [index, stride] of [
    [y, width],
    [z, width * height],
  ] as const) {
    if (index == null) continue;
    node.emitIndex(index);
    em.i32Const(stride).i32Mul().i32Add();
  }
  em.localSet(base);
  return base;
}

function emitRead(em: Emitter, { offset, flatLength }: WasmLayout, base: number): void {
  const last = flatLength - 1;
  // Taken as unsigned, a negative place is beyond the end as well.
  em.localGet(base)
    .i32Const(flatLength - 4)
    .i32LeU()
    .if_("v128");
  em.localGet(base).i32Const(2).i32Shl().v128Load(offset, 2).else_();
  const places = em.addLocal("v128");
  em.localGet(base).i32x4Splat().v128ConstI32x4(0, 1, 2, 3).i32x4Add();
  em.v128ConstI32x4(0, 0, 0, 0).i32x4MaxS().v128ConstI32x4(last, last, last, last).i32x4MinS().localSet(places);
  const one = (lane: number) => em.localGet(places).i32x4ExtractLane(lane).i32Const(2).i32Shl().f32Load(offset);
  one(0).f32x4Splat();
  for (const lane of [1, 2, 3]) one(lane).f32x4ReplaceLane(lane);
  em.end();
}

/** `this.thread.x`, a constant that is it, or either with a whole number added or taken off. */
function isNeighbour(node: WasmFunctionNode, index: AnyNode): boolean {
  if (index.type === "BinaryExpression") {
    const { operator, left, right } = index;
    if (operator === "+" && isWhole(left)) return isNeighbour(node, right);
    return (operator === "+" || operator === "-") && isWhole(right) && isNeighbour(node, left);
  }
  return isThreadX(index) || (index.type === "Identifier" && isConstantX(node.getJsAST(), index.name));
}

function isWhole(node: AnyNode): boolean {
  return node.type === "Literal" && Number.isInteger(node.value);
}

function isThreadX(node: AnyNode): boolean {
  if (node.type !== "MemberExpression" || node.computed || node.object.type !== "MemberExpression") return false;
  const { object, property } = node.object;
  const names = [property, node.property].map((one) => (one.type === "Identifier" ? one.name : ""));
  return object.type === "ThisExpression" && names.join() === "thread,x";
}

/** Declared once and never assigned, whatever the keyword: minifiers write `let` for `const`. */
function isConstantX(root: AnyNode, name: string): boolean {
  const mentions = [...nodesIn(root)].filter((node) => declares(node, name));
  const [only] = mentions;
  return mentions.length === 1 && only?.type === "VariableDeclarator" && only.init != null && isThreadX(only.init);
}

function declares(node: AnyNode, name: string): boolean {
  const isNamed = (one: AnyNode) => one.type === "Identifier" && one.name === name;
  switch (node.type) {
    case "VariableDeclarator":
      return [...nodesIn(node.id)].some(isNamed);
    case "AssignmentExpression":
      return [...nodesIn(node.left)].some(isNamed);
    case "UpdateExpression":
      return isNamed(node.argument);
    case "FunctionDeclaration":
    case "FunctionExpression":
      return node.params.some(isNamed);
    default:
      return false;
  }
}
