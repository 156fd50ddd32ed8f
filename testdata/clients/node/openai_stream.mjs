// Asks its argument in a streamed chat completion and prints the answer.

import OpenAI from "openai";

let text = "";
let finish = null;
const stream = await new OpenAI().chat.completions.create({
  model: "gpt-4o",
  messages: [{ role: "user", content: process.argv[2] }],
  stream: true,
});
for await (const chunk of stream) {
  for (const choice of chunk.choices) {
    text += choice.delta.content ?? "";
    finish = choice.finish_reason ?? finish;
  }
}
console.log(JSON.stringify({ text, finish }));
