/**
 * `import "millrace/arrow"` lets artifacts hold tables, record batches and vectors of Apache Arrow.
 *
 * They are stored as Arrow's own IPC stream, which any Arrow library reads. Columns are neither copied on the way to
 * the store nor on the way back: what is read is one buffer, and the columns are views of it.
 */
import {
  AsyncByteQueue,
  type Data,
  Dictionary,
  type Field,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  Vector,
} from "apache-arrow";
import { ByteChunks } from "./base/byte-chunks.ts";
import { registerType } from "./register-type.ts";

// What stands before # is what a reader must import.
registerType(Table, { name: "millrace/arrow#Table", pack, unpack: (bytes) => tableFromIPC(bytes) });
registerType(RecordBatch, {
  name: "millrace/arrow#RecordBatch",
  pack: (batch) => pack(new Table([batch])),
  unpack: (bytes) => batchOf(tableFromIPC(bytes)),
});
registerType(Vector, {
  name: "millrace/arrow#Vector",
  pack: (vector) => pack(new Table({ vector })),
  unpack: (bytes) => tableFromIPC(bytes).getChild("vector") as Vector,
});

/** Typed as what comes back of it. */
function pack(table: Table): Uint8Array {
  const chunks = new Chunks();
  const writer = new RecordBatchStreamWriter();
  writer.reset(chunks).writeAll(withOwnIds(table));
  return new ByteChunks(chunks.list) as unknown as Uint8Array;
}

/** Keeps what is written as it comes: views of the columns themselves. */
class Chunks extends AsyncByteQueue {
  readonly list: Uint8Array[] = [];

  override write(bytes: Uint8Array): void {
    this.list.push(bytes);
  }
}

/** The library counts its dictionaries through the life of the process; equal tables should be equal bytes. */
function withOwnIds(table: Table): Table {
  const ids = new Map<number, number>();
  const fields = table.schema.fields.map((field) => withOwnId(field, ids));
  if (ids.size === 0) return table;
  const schema = new Schema(fields, table.schema.metadata);
  const batches = table.batches.map(({ data }) => {
    const children = data.children.map((child, index) => child.clone((fields[index] as Field).type) as Data);
    const { length, nullCount, nullBitmap, offset } = data;
    return new RecordBatch(
      schema,
      makeData({ type: new Struct(fields), length, nullCount, nullBitmap, offset, children }),
    );
  });
  return new Table(schema, batches);
}

function withOwnId(field: Field, ids: Map<number, number>): Field {
  const type: unknown = field.type;
  if (!(type instanceof Dictionary)) return field;
  const id = ids.get(type.id) ?? ids.size;
  ids.set(type.id, id);
  return field.clone({ type: new Dictionary(type.dictionary, type.indices, id, type.isOrdered) });
}

function batchOf(table: Table): RecordBatch {
  return table.batches[0] ?? new RecordBatch(table.schema);
}
