import { answerShard } from "./files/answer-shard.ts";
import { shardsOf } from "./files/shards-of.ts";
import { predictionsOf } from "./model/predictions-of.ts";
import { rowSchema } from "./model/row-schema.ts";
import { answerServer } from "./worker/answer-server.ts";
import { preparedService } from "./worker/load-service.ts";

/** What `dist/answering.cjs` is made of. */
export const answering = { answerServer, answerShard, predictionsOf, preparedService, rowSchema, shardsOf };
