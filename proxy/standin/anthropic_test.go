package standin

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const messageTools = `"tools":[{"name":"find","input_schema":{"properties":{"who":{"type":"string"}}}}]`

// contentBlock is a block of a message, or a delta of one.
type contentBlock struct {
	Type, Text, Thinking, Signature, ID, Name string
	PartialJSON                               string `json:"partial_json"`
	Input                                     json.RawMessage
}

type message struct {
	Type, Role string
	Content    []contentBlock
	StopReason string `json:"stop_reason"`
}

func TestMessagesUnary(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		_, body := post(t, c, s.URL()+"/v1/messages?beta=true",
			`{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"[EMAIL_7K3QXM]"}]}`)
		got := decodeInto[message](t, body)
		if len(got.Content) != 1 || got.Content[0].Text != "You wrote: [EMAIL_7K3QXM]" || got.StopReason != "end_turn" {
			t.Errorf("answer %s", body)
		}
		_, body = post(t, c, s.URL()+"/v1/messages",
			`{"messages":[{"role":"user","content":"[EMAIL_7K3QXM]"}],`+messageTools+`}`)
		got = decodeInto[message](t, body)
		if got.StopReason != "tool_use" || got.Content[0].Name != "find" || string(got.Content[0].Input) != `{"who":"[EMAIL_7K3QXM]"}` {
			t.Errorf("tool call %s", body)
		}
		_, body = post(t, c, s.URL()+"/v1/messages",
			`{"messages":[{"role":"user","content":[{"type":"tool_result","tool_use_id":"x","content":[{"type":"text","text":"found"}]}]}],`+messageTools+`}`)
		if got := decodeInto[message](t, body); got.Content[0].Text != "You wrote: found" {
			t.Errorf("after the tool: %s", body)
		}
	})
}

// assembled is a streamed message put together.
type assembled struct {
	names  []string
	blocks []contentBlock
	stop   string
}

func assemble(t *testing.T, body string) assembled {
	t.Helper()
	var a assembled
	for _, e := range eventsOf(body) {
		got := decodeInto[struct {
			Type  string
			Index int
			Block contentBlock `json:"content_block"`
			Delta struct {
				contentBlock
				StopReason string `json:"stop_reason"`
			}
		}](t, e.data)
		if got.Type != e.name {
			t.Errorf("event %q has type %q", e.name, got.Type)
		}
		a.names = append(a.names, e.name)
		switch e.name {
		case "content_block_start":
			a.blocks = append(a.blocks, got.Block)
		case "content_block_delta":
			b := &a.blocks[got.Index]
			b.Text += got.Delta.Text
			b.Thinking += got.Delta.Thinking
			b.Signature += got.Delta.Signature
			b.PartialJSON += got.Delta.PartialJSON
		case "message_delta":
			a.stop = got.Delta.StopReason
		}
	}
	return a
}

func TestMessagesStream(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		_, body := post(t, c, s.URL()+"/v1/messages",
			`{"stream":true,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":"[EMAIL_7K3QXM]"}]}`)
		got := assemble(t, body)
		if len(got.blocks) != 2 || got.stop != "end_turn" {
			t.Fatalf("got %+v", got)
		}
		if got.blocks[0].Thinking != "The user says: [EMAIL_7K3QXM]" || got.blocks[0].Signature != sign(got.blocks[0].Thinking) {
			t.Errorf("thinking %+v", got.blocks[0])
		}
		if got.blocks[1].Text != "You wrote: [EMAIL_7K3QXM]" {
			t.Errorf("text %+v", got.blocks[1])
		}
		if strings.Contains(body, "EMAIL_7K3QXM") || !slices.Contains(got.names, "ping") {
			t.Errorf("whole token or no ping in %q", body)
		}
		if got.names[0] != "message_start" || got.names[len(got.names)-1] != "message_stop" {
			t.Errorf("order %q", got.names)
		}
	})
}

func TestMessagesStreamToolInput(t *testing.T) {
	s := start(t, Config{})
	_, body := post(t, clientOf(t, s, "HTTP/2.0"), s.URL()+"/v1/messages",
		`{"stream":true,"messages":[{"role":"user","content":"[EMAIL_7K3QXM]"}],`+messageTools+`}`)
	got := assemble(t, body)
	if got.stop != "tool_use" || len(got.blocks) != 1 || got.blocks[0].PartialJSON != `{"who":"[EMAIL_7K3QXM]"}` {
		t.Errorf("got %+v", got)
	}
}

func TestThinkingMustComeBackAsWritten(t *testing.T) {
	s := start(t, Config{})
	c := clientOf(t, s, "HTTP/1.1")
	turn := func(thought, signature string) int {
		body := string(encode(object{"messages": []object{
			{"role": "user", "content": "hi"},
			{"role": "assistant", "content": []object{{"type": "thinking", "thinking": thought, "signature": signature}}},
			{"role": "user", "content": "go on"},
		}}))
		resp, answer := post(t, c, s.URL()+"/v1/messages", body)
		if resp.StatusCode != 200 && !strings.Contains(answer, "messages.1.content.0: thinking blocks cannot be modified") {
			t.Errorf("answer %q", answer)
		}
		return resp.StatusCode
	}
	thought := "The user says: [EMAIL_7K3QXM]"
	if got := turn(thought, sign(thought)); got != 200 {
		t.Errorf("as written: %d", got)
	}
	if got := turn("The user says: jane@example.com", sign(thought)); got != 400 {
		t.Errorf("changed: %d", got)
	}
	if got := turn(thought, "forged"); got != 400 {
		t.Errorf("forged: %d", got)
	}
}

func TestCountTokens(t *testing.T) {
	s := start(t, Config{})
	_, body := post(t, clientOf(t, s, "HTTP/1.1"), s.URL()+"/v1/messages/count_tokens",
		`{"messages":[{"role":"user","content":"hi"}]}`)
	if body != `{"input_tokens":11}` {
		t.Errorf("answer %s", body)
	}
}
