// Asks its argument once, follows redirects as the library does by itself, and
// prints the answer or the error.

import OpenAI from "openai";

try {
  const completion = await new OpenAI({ maxRetries: 0 }).chat.completions.create({
    model: "gpt-4o",
    messages: [{ role: "user", content: process.argv[2] }],
  });
  console.log(JSON.stringify({ text: completion.choices[0].message.content }));
} catch (error) {
  if (!(error instanceof OpenAI.APIError)) throw error;
  console.log(JSON.stringify({ status: error.status, error: error.code }));
}
