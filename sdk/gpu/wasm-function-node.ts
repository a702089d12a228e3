import type { AnyNode } from "acorn";

/** gpu.js's writer of WebAssembly for one function, as far as it is used here. */
export interface WasmFunctionNode {
  vGather(this: WasmFunctionNode, ...access: Access): string;
  vEmitIndex(index: AnyNode): void;
  emitIndex(index: AnyNode): void;
  getJsAST(): AnyNode;
  readonly em: Emitter;
  readonly assembler: {
    readonly layout: Readonly<Record<string, Readonly<Record<string, WasmLayout | undefined>> | undefined>>;
  };
  /** Whether an expression differs between the four cells that are computed at once. */
  readonly vInfo: { exprVarying(node: AnyNode): boolean };
}

/** Table and name of the array; indices x, y and z, the latter two if there are any; the whole expression. */
type Access = [string, string, AnyNode, AnyNode | undefined, AnyNode | undefined, AnyNode];

export interface WasmLayout {
  readonly offset: number;
  readonly dims: readonly number[];
  readonly flatLength: number;
}

type Op = (...values: number[]) => Emitter;
export interface Emitter extends Readonly<
  Record<
    | "localGet"
    | "localSet"
    | "localTee"
    | "i32Const"
    | "i32Mul"
    | "i32Add"
    | "i32Shl"
    | "i32LeU"
    | "i32x4Splat"
    | "i32x4Add"
    | "i32x4MaxS"
    | "i32x4MinS"
    | "i32x4ExtractLane"
    | "v128ConstI32x4"
    | "v128Load"
    | "f32Load"
    | "f32x4Splat"
    | "f32x4ReplaceLane"
    | "else_"
    | "end",
    Op
  >
> {
  if_(type: "v128"): Emitter;
  addLocal(type: "i32" | "v128"): number;
}
