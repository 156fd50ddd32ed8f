package standin

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
)

// created is the time of every answer, so that equal requests get equal bytes.
const created = 1_700_000_000

type chatRequest struct {
	Model    string `json:"model"`
	Messages []struct {
		Role    string  `json:"role"`
		Content content `json:"content"`
	} `json:"messages"`
	N             int  `json:"n"`
	Stream        bool `json:"stream"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	Tools []struct {
		Function struct {
			Name       string `json:"name"`
			Parameters schema `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
}

// chat answers Chat Completions.
func (v Voice) chat(r *Request) Answer {
	var q chatRequest
	if err := json.Unmarshal(r.Decoded, &q); err != nil || len(q.Messages) == 0 {
		return refusal(r, http.StatusBadRequest, "the body is not a chat request")
	}
	last := q.Messages[len(q.Messages)-1]
	heard := last.Content.String()
	q.N = max(q.N, 1)
	if last.Role == "tool" {
		q.Tools = nil
	}
	if q.Stream {
		return v.streamChat(r, q, heard)
	}
	message, finish := object{"role": "assistant", "content": v.say(heard), "refusal": nil}, "stop"
	if len(q.Tools) > 0 {
		message["content"], message["tool_calls"], finish = nil, v.toolCalls(r, q, heard), "tool_calls"
	}
	choices := []object{}
	for i := range q.N {
		choices = append(choices, object{"index": i, "message": message, "finish_reason": finish})
	}
	answer := chatFrame(r, q, "chat.completion", choices)
	answer["usage"] = usage(r)
	return unary(answer)
}

func chatFrame(r *Request, q chatRequest, kind string, choices []object) object {
	return object{
		"id": fmt.Sprintf("chatcmpl-%08d", r.Number), "object": kind, "created": created,
		"model": q.Model, "choices": choices,
	}
}

// usage counts a token for each four bytes of the request.
func usage(r *Request) object {
	n := len(r.Decoded) / 4
	return object{"prompt_tokens": n, "completion_tokens": n, "total_tokens": 2 * n}
}

func (v Voice) toolCalls(r *Request, q chatRequest, heard string) []object {
	var calls []object
	for i, t := range q.Tools {
		calls = append(calls, object{
			"id": fmt.Sprintf("call_%08d_%d", r.Number, i), "type": "function",
			"function": object{
				"name":      t.Function.Name,
				"arguments": string(encode(v.arguments(t.Function.Parameters, heard))),
			},
		})
	}
	return calls
}

// streamChat streams all choices, a piece of each in turn.
func (v Voice) streamChat(r *Request, q chatRequest, heard string) Answer {
	deltas, finish := v.textDeltas(heard), "stop"
	if len(q.Tools) > 0 {
		deltas, finish = v.toolDeltas(r, q, heard), "tool_calls"
	}
	e := events{keepAlive: v.KeepAlive}
	send := func(choices []object) { e.add("", chatFrame(r, q, "chat.completion.chunk", choices)) }
	for _, delta := range deltas {
		for i := range q.N {
			send([]object{{"index": i, "delta": delta, "finish_reason": nil}})
		}
	}
	for i := range q.N {
		send([]object{{"index": i, "delta": object{}, "finish_reason": finish}})
	}
	if q.StreamOptions.IncludeUsage {
		last := chatFrame(r, q, "chat.completion.chunk", []object{})
		last["usage"] = usage(r)
		e.add("", last)
	}
	e.addRaw("", "[DONE]")
	return stream(e.Bytes())
}

func (v Voice) textDeltas(heard string) []object {
	deltas := []object{{"role": "assistant", "content": "", "refusal": nil}}
	for _, piece := range v.split(v.say(heard)) {
		deltas = append(deltas, object{"content": piece})
	}
	return deltas
}

// toolDeltas streams one call after the other: id and name first, then the
// arguments in fragments.
func (v Voice) toolDeltas(r *Request, q chatRequest, heard string) []object {
	deltas := []object{{"role": "assistant", "content": nil}}
	for i, call := range v.toolCalls(r, q, heard) {
		function := call["function"].(object)
		fragments := v.split(function["arguments"].(string))
		function["arguments"], call["index"] = "", i
		deltas = append(deltas, object{"tool_calls": []object{call}})
		for _, f := range fragments {
			deltas = append(deltas, object{"tool_calls": []object{
				{"index": i, "function": object{"arguments": f}},
			}})
		}
	}
	return deltas
}

// texts is a string or a list of strings.
type texts []string

// UnmarshalJSON reads either form.
func (t *texts) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(t))
}

// complete answers the older Completions.
func (v Voice) complete(r *Request) Answer {
	var q struct {
		Model  string `json:"model"`
		Prompt texts  `json:"prompt"`
		Stream bool   `json:"stream"`
	}
	if err := json.Unmarshal(r.Decoded, &q); err != nil {
		return refusal(r, http.StatusBadRequest, "the body is not a completion request")
	}
	frame := func(choices []object) object {
		return object{
			"id": fmt.Sprintf("cmpl-%08d", r.Number), "object": "text_completion", "created": created,
			"model": q.Model, "choices": choices,
		}
	}
	choices := []object{}
	e := events{keepAlive: v.KeepAlive}
	for i, prompt := range q.Prompt {
		said := v.say(prompt)
		choices = append(choices, object{"index": i, "text": said, "finish_reason": "stop"})
		for _, piece := range v.split(said) {
			e.add("", frame([]object{{"index": i, "text": piece, "finish_reason": nil}}))
		}
		e.add("", frame([]object{{"index": i, "text": "", "finish_reason": "stop"}}))
	}
	if q.Stream {
		e.addRaw("", "[DONE]")
		return stream(e.Bytes())
	}
	return unary(frame(choices))
}

// dimensions is the length of an embedding.
const dimensions = 8

// embed answers Embeddings with numbers drawn from a hash of each input, so
// that equal inputs, and they alone, have equal vectors.
func (v Voice) embed(r *Request) Answer {
	var q struct {
		Model    string `json:"model"`
		Input    texts  `json:"input"`
		Encoding string `json:"encoding_format"`
	}
	if err := json.Unmarshal(r.Decoded, &q); err != nil {
		return refusal(r, http.StatusBadRequest, "the body is not an embedding request")
	}
	data := []object{}
	for i, input := range q.Input {
		hash := sha256.Sum256([]byte(input))
		numbers := make([]float32, dimensions)
		var packed bytes.Buffer
		for j := range numbers {
			numbers[j] = float32(hash[j]) / 255
			packed.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(numbers[j])))
		}
		var vector any = numbers
		if q.Encoding == "base64" {
			vector = base64.StdEncoding.EncodeToString(packed.Bytes())
		}
		data = append(data, object{"object": "embedding", "index": i, "embedding": vector})
	}
	n := len(strings.Join(q.Input, "")) / 4
	return unary(object{
		"object": "list", "data": data, "model": q.Model,
		"usage": object{"prompt_tokens": n, "total_tokens": n},
	})
}

// models lists the one model there is.
func (v Voice) models(*Request) Answer {
	return unary(object{"object": "list", "data": []object{
		{"id": "stand-in", "object": "model", "created": created, "owned_by": "stand-in"},
	}})
}
