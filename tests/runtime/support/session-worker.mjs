// The built Worker, whose answers say in x-sessions where its sessions of D1 started.
import worker from "../../../build/index.js";

export default {
  async fetch(request, env, context) {
    const starts = [];
    const database = {
      prepare: (sql) => env.DB.prepare(sql),
      batch: (statements) => env.DB.batch(statements),
      withSession(start) {
        starts.push(start);
        return env.DB.withSession(start);
      },
    };
    const answer = await worker.fetch(request, { ...env, DB: database }, context);
    const heard = new Response(answer.body, answer);
    heard.headers.set("x-sessions", starts.join(" "));
    return heard;
  },
};
