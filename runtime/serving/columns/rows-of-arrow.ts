import { appendAll } from "../../../sdk/base/append-all.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";
import type { RowSchema } from "../model/row-schema.ts";
import { checkMessages, compressedArrow } from "./check-messages.ts";
import { ColumnDecoder } from "./column-decoder.ts";
import type { Arrow } from "./load-arrow.ts";
import { rowsOfColumns } from "./rows-of-columns.ts";

export interface ArrowBytes {
  /** A stream or a file of Arrow's IPC format. */
  readonly bytes: Uint8Array;
  /** JSON Schema of a row. */
  readonly schema: RowSchema;
  /** Set for bytes of a stranger: then nothing that they claim is believed before it was checked. */
  readonly maxRows?: number;
}

/** Of a file, before its messages. */
const MAGIC = Buffer.from("ARROW1\0\0");
/** Texts by reference may be of the same bytes: together no more than this many times those that there are. */
const SHARED_TEXTS = 16;
const FREE_TEXT_BYTES = 16_000_000;

/**
 * The rows of a stream or a file, see {@link rowsOfColumns}.
 *
 * @throws Error for what is no Arrow; MillraceError `MILLRACE_SERVICE` for Arrow with compressed buffers
 */
export function rowsOfArrow(arrow: Arrow, { bytes, schema, maxRows }: ArrowBytes): unknown[] {
  let messages = bytes;
  if (maxRows !== undefined) {
    const isFile = MAGIC.equals(bytes.subarray(0, MAGIC.length));
    messages = isFile ? bytes.subarray(MAGIC.length) : bytes;
    checkMessages(messages, { maxRows });
  }
  const maxTextBytes = SHARED_TEXTS * bytes.byteLength + FREE_TEXT_BYTES;
  const decoder = new ColumnDecoder(arrow, { maxTextBytes });
  const reader = arrow.RecordBatchReader.from(messages).open();
  const { schema: table } = reader as { readonly schema?: typeof reader.schema };
  const columns = (table?.names ?? []).map((name) => ({ name: String(name), values: [] as unknown[] }));
  try {
    for (const batch of reader)
      for (const [at, { values }] of columns.entries()) {
        const data = batch.data.children[at];
        appendAll(values, data === undefined ? [] : decoder.values(data));
      }
  } catch (error) {
    if (/compressed/.test(messageOf(error))) throw compressedArrow();
    throw error;
  }
  return rowsOfColumns(columns, schema);
}
