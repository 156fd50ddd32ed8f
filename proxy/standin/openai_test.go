package standin

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"net/http"
	"strings"
	"testing"
)

const chatTools = `"tools":[{"type":"function","function":{"name":"find","parameters":{"properties":{"who":{"type":"string"}}}}},
	{"type":"function","function":{"name":"note","parameters":{"properties":{"a":{},"b":{}}}}}]`

// chatAnswer is a chat completion or a piece of one.
type chatAnswer struct {
	Object  string
	Choices []struct {
		Index          int
		Message, Delta struct {
			Role, Content string
			ToolCalls     []struct {
				Index    int
				ID, Type string
				Function struct{ Name, Arguments string }
			} `json:"tool_calls"`
		}
		Finish string `json:"finish_reason"`
	}
	Usage *struct{ PromptTokens int }
}

func TestChatUnary(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		_, body := post(t, c, s.URL()+"/v1/chat/completions",
			`{"model":"m","n":2,"messages":[{"role":"user","content":"old"},{"role":"user","content":[{"type":"text","text":"[EMAIL_7K3QXM]"}]}]}`)
		got := decodeInto[chatAnswer](t, body)
		if len(got.Choices) != 2 || got.Object != "chat.completion" || got.Usage == nil {
			t.Fatalf("answer %s", body)
		}
		for i, choice := range got.Choices {
			if choice.Index != i || choice.Message.Content != "You wrote: [EMAIL_7K3QXM]" || choice.Finish != "stop" {
				t.Errorf("choice %+v", choice)
			}
		}
	})
}

func TestChatCallsToolsThenReadsTheirResults(t *testing.T) {
	s := start(t, Config{})
	c := clientOf(t, s, "HTTP/1.1")
	_, body := post(t, c, s.URL()+"/v1/chat/completions",
		`{"messages":[{"role":"user","content":"[EMAIL_7K3QXM]"}],`+chatTools+`}`)
	choice := decodeInto[chatAnswer](t, body).Choices[0]
	calls := choice.Message.ToolCalls
	if choice.Finish != "tool_calls" || len(calls) != 2 || calls[0].ID == "" || calls[0].ID == calls[1].ID {
		t.Fatalf("answer %s", body)
	}
	if calls[0].Function.Name != "find" || calls[0].Function.Arguments != `{"who":"[EMAIL_7K3QXM]"}` {
		t.Errorf("first call %+v", calls[0])
	}
	if want := `{"a":"[EMAIL_7K3QXM]","b":"You wrote: [EMAIL_7K3QXM]"}`; calls[1].Function.Arguments != want {
		t.Errorf("second call %+v, want %s", calls[1], want)
	}
	_, body = post(t, c, s.URL()+"/v1/chat/completions",
		`{"messages":[{"role":"user","content":"x"},{"role":"tool","content":"found it"}],`+chatTools+`}`)
	if got := decodeInto[chatAnswer](t, body).Choices[0].Message.Content; got != "You wrote: found it" {
		t.Errorf("after the tool: %q", got)
	}
}

func TestChatStream(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		_, body := post(t, c, s.URL()+"/v1/chat/completions",
			`{"stream":true,"stream_options":{"include_usage":true},"n":2,"messages":[{"role":"user","content":"[EMAIL_7K3QXM] 📮"}]}`)
		all := eventsOf(body)
		if all[len(all)-1].data != "[DONE]" {
			t.Errorf("last event %q", all[len(all)-1].data)
		}
		texts, finish := map[int]string{}, map[int]string{}
		for _, e := range all[:len(all)-2] {
			piece := decodeInto[chatAnswer](t, e.data)
			choice := piece.Choices[0]
			texts[choice.Index] += choice.Delta.Content
			finish[choice.Index] += choice.Finish
		}
		for i := range 2 {
			if texts[i] != "You wrote: [EMAIL_7K3QXM] 📮" || finish[i] != "stop" {
				t.Errorf("choice %d: %q %q", i, texts[i], finish[i])
			}
		}
		if last := decodeInto[chatAnswer](t, all[len(all)-2].data); len(last.Choices) != 0 || last.Usage == nil {
			t.Errorf("usage event %q", all[len(all)-2].data)
		}
		if strings.Contains(body, "EMAIL_7K3QXM") {
			t.Error("the token was not split")
		}
	})
}

func TestChatStreamsToolCallsInFragments(t *testing.T) {
	s := start(t, Config{})
	_, body := post(t, clientOf(t, s, "HTTP/2.0"), s.URL()+"/v1/chat/completions",
		`{"stream":true,"messages":[{"role":"user","content":"[EMAIL_7K3QXM]"}],`+chatTools+`}`)
	all := eventsOf(body)
	names, arguments := map[int]string{}, map[int]string{}
	var finish string
	for _, e := range all[:len(all)-1] {
		choice := decodeInto[chatAnswer](t, e.data).Choices[0]
		finish += choice.Finish
		for _, call := range choice.Delta.ToolCalls {
			names[call.Index] += call.Function.Name
			arguments[call.Index] += call.Function.Arguments
		}
	}
	if finish != "tool_calls" || names[0] != "find" || names[1] != "note" {
		t.Errorf("finish %q, names %v", finish, names)
	}
	if arguments[0] != `{"who":"[EMAIL_7K3QXM]"}` || !strings.Contains(arguments[1], "You wrote") {
		t.Errorf("arguments %v", arguments)
	}
}

func TestCompletions(t *testing.T) {
	s := start(t, Config{})
	c := clientOf(t, s, "HTTP/1.1")
	type answer struct {
		Choices []struct {
			Index int
			Text  string
		}
	}
	_, body := post(t, c, s.URL()+"/v1/completions", `{"model":"m","prompt":["a","b"]}`)
	got := decodeInto[answer](t, body)
	if len(got.Choices) != 2 || got.Choices[1].Text != "You wrote: b" || got.Choices[1].Index != 1 {
		t.Errorf("answer %s", body)
	}
	_, body = post(t, c, s.URL()+"/v1/completions", `{"model":"m","prompt":"[EMAIL_7K3QXM]","stream":true}`)
	var text string
	all := eventsOf(body)
	for _, e := range all[:len(all)-1] {
		text += decodeInto[answer](t, e.data).Choices[0].Text
	}
	if text != "You wrote: [EMAIL_7K3QXM]" {
		t.Errorf("streamed %q", text)
	}
}

func TestEmbeddingsAreEqualForEqualInputsOnly(t *testing.T) {
	s := start(t, Config{})
	c := clientOf(t, s, "HTTP/1.1")
	_, body := post(t, c, s.URL()+"/v1/embeddings", `{"model":"m","input":["a","b","a"]}`)
	got := decodeInto[struct {
		Data []struct{ Embedding []float32 }
	}](t, body)
	a, b := got.Data[0].Embedding, got.Data[1].Embedding
	if len(a) != dimensions || a[0] == b[0] || a[0] != got.Data[2].Embedding[0] {
		t.Errorf("vectors %v", got.Data)
	}
	_, body = post(t, c, s.URL()+"/v1/embeddings", `{"model":"m","input":"a","encoding_format":"base64"}`)
	packed := decodeInto[struct{ Data []struct{ Embedding string } }](t, body)
	raw, err := base64.StdEncoding.DecodeString(packed.Data[0].Embedding)
	if err != nil || len(raw) != 4*dimensions || math.Float32frombits(binary.LittleEndian.Uint32(raw)) != a[0] {
		t.Errorf("packed vector %x, %v", raw, err)
	}
}

func TestModels(t *testing.T) {
	s := start(t, Config{})
	resp, err := clientOf(t, s, "HTTP/1.1").Get(s.URL() + "/v1/models")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("status %d", resp.StatusCode)
	}
}
