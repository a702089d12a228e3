import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type JoinJob, sizesOf, START, stepMs, valueSql } from "./join-job.ts";

/** The tables of a shape, as Parquet. */
export async function writeData({ shape, folder, isSmall }: JoinJob): Promise<void> {
  const { views, features, keys, events } = sizesOf({ shape, isSmall });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const write = (name: string, select: string) =>
    connection.run(`COPY (${select}) TO '${path.join(folder, name)}' (FORMAT parquet)`);
  const start = `make_timestamp(${START}000)`;
  if (shape === "wide")
    for (let view = 0; view < views; view += 1) {
      const columns = Array.from(
        { length: features },
        (_, at) => `${valueSql(view * features + at)} AS f${view}_${at}`,
      );
      await write(
        `view${view}.parquet`,
        `SELECT range AS id, ${start} AS "at", ${columns.join(", ")} FROM range(${events})`,
      );
    }
  else if (shape === "long")
    await write(
      "events.parquet",
      `SELECT (range * 7919) % ${keys} AS id, make_timestamp((${START} + range * ${stepMs(events)}) * 1000) AS "at",
       ((range * 31) % 10007) / 100 AS amount, (range % 50)::INTEGER AS shop FROM range(${events})`,
    );
  else
    await write(
      "driver_stats.parquet",
      `SELECT ${start}::TIMESTAMPTZ + INTERVAL 1 HOUR * (range // ${keys}) AS event_timestamp, 1001 + range % ${keys} AS driver_id,
       ${valueSql(0)}::FLOAT AS conv_rate, ${valueSql(1)}::FLOAT AS acc_rate, (range % 1000)::INTEGER AS avg_daily_trips,
       ${start} AS created FROM range(${events})`,
    );
  connection.closeSync();
  instance.closeSync();
}
