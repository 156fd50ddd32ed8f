// Asks its argument in a streamed message and prints the answer.

import Anthropic from "@anthropic-ai/sdk";

let text = "";
const stream = new Anthropic().messages.stream({
  model: "claude-sonnet-4-6",
  max_tokens: 1024,
  messages: [{ role: "user", content: process.argv[2] }],
});
stream.on("text", (piece) => {
  text += piece;
});
const finish = (await stream.finalMessage()).stop_reason;
console.log(JSON.stringify({ text, finish }));
