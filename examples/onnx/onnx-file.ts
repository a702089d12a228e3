import type { SoftmaxModel } from "../penguins/softmax.ts";

/** Numbers of the ONNX format, https://onnx.ai/onnx/repo-docs/IR.html, and of its fields in onnx.proto. */
const [IR_VERSION, OPSET, FLOAT] = [8, 13, 1];

/**
 * A softmax regression as an ONNX file, as any tool that exports models writes it: `x` of shape [rows, features] becomes
 * `probabilities` of shape [rows, species], both float32.
 */
export function onnxFile({ mean, deviation, weights, species }: SoftmaxModel): Buffer {
  // One column for each species; the last of its weights is the bias.
  const columns = mean.map((_, feature) => weights.map((row) => row[feature] ?? 0));
  const bias = weights.map((row) => row.at(-1) ?? 0);
  const graph = Buffer.concat([
    node("Sub", ["x", "mean"], "centred"),
    node("Div", ["centred", "deviation"], "standard"),
    node("MatMul", ["standard", "weights"], "products"),
    node("Add", ["products", "bias"], "scores"),
    node("Softmax", ["scores"], "probabilities"),
    text(2, "penguins"),
    tensor("mean", [mean.length], mean),
    tensor("deviation", [deviation.length], deviation),
    tensor("weights", [mean.length, species.length], columns.flat()),
    tensor("bias", [species.length], bias),
    bytes(11, value("x", mean.length)),
    bytes(12, value("probabilities", species.length)),
  ]);
  return Buffer.concat([number(1, IR_VERSION), bytes(7, graph), bytes(8, number(2, OPSET))]);
}

function node(operator: string, inputs: readonly string[], output: string): Buffer {
  return bytes(1, Buffer.concat([...inputs.map((input) => text(1, input)), text(2, output), text(4, operator)]));
}

function tensor(name: string, shape: readonly number[], values: readonly number[]): Buffer {
  const data = Buffer.from(Float32Array.from(values).buffer);
  return bytes(
    5,
    Buffer.concat([...shape.map((size) => number(1, size)), number(2, FLOAT), text(8, name), bytes(9, data)]),
  );
}

/** A table of any number of rows. */
function value(name: string, columns: number): Buffer {
  const shape = Buffer.concat([bytes(1, text(2, "rows")), bytes(1, number(1, columns))]);
  const type = Buffer.concat([number(1, FLOAT), bytes(2, shape)]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, type))]);
}

function text(field: number, content: string): Buffer {
  return bytes(field, Buffer.from(content));
}

/** Protocol Buffers: the number of the field and how it is written, then the length, then the bytes. */
function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

function number(field: number, content: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(content)]);
}

/** Seven bits at a time, the lowest first. */
function varint(content: number): Buffer {
  const low: number[] = [];
  let rest = content;
  for (; rest > 127; rest = Math.floor(rest / 128)) low.push((rest % 128) + 128);
  return Buffer.from([...low, rest]);
}
