package standin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
)

type messagesRequest struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string  `json:"role"`
		Content content `json:"content"`
	} `json:"messages"`
	Stream   bool `json:"stream"`
	Thinking struct {
		Type string `json:"type"`
	} `json:"thinking"`
	Tools []struct {
		Name        string `json:"name"`
		InputSchema schema `json:"input_schema"`
	} `json:"tools"`
}

// block is one content block of an answer: as it is in a whole answer, as it
// starts in a stream, and the deltas that fill it there.
type block struct {
	whole, start object
	deltas       []object
}

// messages answers Anthropic Messages. If thinking is enabled, the answer
// begins with a signed thinking block that quotes the text heard too, and
// thinking blocks of earlier turns must come back as they were written.
func (v Voice) messages(r *Request) Answer {
	var q messagesRequest
	if err := json.Unmarshal(r.Decoded, &q); err != nil || len(q.Messages) == 0 {
		return refusal(r, http.StatusBadRequest, "the body is not a messages request")
	}
	if at := forgedThinking(q); at != "" {
		return refusal(r, http.StatusBadRequest, at+": thinking blocks cannot be modified")
	}
	last := q.Messages[len(q.Messages)-1].Content
	var blocks []block
	if q.Thinking.Type == "enabled" {
		blocks = append(blocks, v.thinkingBlock(last.String()))
	}
	stop := "end_turn"
	if len(q.Tools) > 0 && !last.hasToolResult() {
		stop = "tool_use"
		for i, t := range q.Tools {
			id := fmt.Sprintf("toolu_%08d_%d", r.Number, i)
			blocks = append(blocks, v.toolBlock(id, t.Name, v.arguments(t.InputSchema, last.String())))
		}
	} else {
		blocks = append(blocks, v.textBlock(last.String()))
	}
	if q.Stream {
		return v.streamMessage(r, q, blocks, stop)
	}
	message := messageFrame(r, q)
	contents := []object{}
	for _, b := range blocks {
		contents = append(contents, b.whole)
	}
	message["content"], message["stop_reason"] = contents, stop
	return unary(message)
}

func (c content) hasToolResult() bool {
	for _, p := range c.parts {
		if p.Type == "tool_result" {
			return true
		}
	}
	return false
}

func messageFrame(r *Request, q messagesRequest) object {
	return object{
		"id": fmt.Sprintf("msg_%08d", r.Number), "type": "message", "role": "assistant",
		"model": q.Model, "content": []object{}, "stop_reason": nil, "stop_sequence": nil,
		"usage": object{"input_tokens": len(r.Decoded) / 4, "output_tokens": 1},
	}
}

func (v Voice) textBlock(heard string) block {
	b := block{
		whole: object{"type": "text", "text": v.say(heard)},
		start: object{"type": "text", "text": ""},
	}
	for _, piece := range v.split(v.say(heard)) {
		b.deltas = append(b.deltas, object{"type": "text_delta", "text": piece})
	}
	return b
}

// thinkingBlock quotes the text heard, as real thinking does.
func (v Voice) thinkingBlock(heard string) block {
	thought := "The user says: " + heard
	signature := sign(thought)
	b := block{
		whole: object{"type": "thinking", "thinking": thought, "signature": signature},
		start: object{"type": "thinking", "thinking": "", "signature": ""},
	}
	for _, piece := range v.split(thought) {
		b.deltas = append(b.deltas, object{"type": "thinking_delta", "thinking": piece})
	}
	b.deltas = append(b.deltas, object{"type": "signature_delta", "signature": signature})
	return b
}

// toolBlock calls a tool. Its streamed input begins with an empty fragment, as
// the provider's own does.
func (v Voice) toolBlock(id, name string, input object) block {
	b := block{
		whole:  object{"type": "tool_use", "id": id, "name": name, "input": input},
		start:  object{"type": "tool_use", "id": id, "name": name, "input": object{}},
		deltas: []object{{"type": "input_json_delta", "partial_json": ""}},
	}
	for _, piece := range v.split(string(encode(input))) {
		b.deltas = append(b.deltas, object{"type": "input_json_delta", "partial_json": piece})
	}
	return b
}

func (v Voice) streamMessage(r *Request, q messagesRequest, blocks []block, stop string) Answer {
	e := events{keepAlive: v.KeepAlive}
	send := func(kind string, fields object) {
		fields["type"] = kind
		e.add(kind, fields)
	}
	send("message_start", object{"message": messageFrame(r, q)})
	for i, b := range blocks {
		send("content_block_start", object{"index": i, "content_block": b.start})
		if i == 0 {
			send("ping", object{})
		}
		for _, d := range b.deltas {
			send("content_block_delta", object{"index": i, "delta": d})
		}
		send("content_block_stop", object{"index": i})
	}
	send("message_delta", object{
		"delta": object{"stop_reason": stop, "stop_sequence": nil},
		"usage": object{"output_tokens": e.Len() / 4},
	})
	send("message_stop", object{})
	return stream(e.Bytes())
}

// sign is the signature of a thinking block. The key is no secret: what
// matters is that the text cannot change without breaking it by accident.
func sign(thought string) string {
	mac := hmac.New(sha256.New, []byte("stand-in thinking"))
	mac.Write([]byte(thought))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// forgedThinking returns the place of the first thinking block whose text does
// not fit its signature, or nothing.
func forgedThinking(q messagesRequest) string {
	for i, m := range q.Messages {
		for j, p := range m.Content.parts {
			if p.Type == "thinking" && !hmac.Equal([]byte(p.Signature), []byte(sign(p.Thinking))) {
				return fmt.Sprintf("messages.%d.content.%d", i, j)
			}
		}
	}
	return ""
}

// countTokens counts a token for each four bytes of the request.
func (v Voice) countTokens(r *Request) Answer {
	if !json.Valid(r.Decoded) {
		return refusal(r, http.StatusBadRequest, "the body is not JSON")
	}
	return unary(object{"input_tokens": len(r.Decoded) / 4})
}
