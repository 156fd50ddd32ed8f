package standin

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// decodeInto reads a JSON answer.
func decodeInto[T any](t *testing.T, body string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v in %q", err, body)
	}
	return v
}

// event is a server-sent event as a client reads it.
type event struct{ name, data string }

// eventsOf reads a stream of events; comments are left out.
func eventsOf(body string) []event {
	var all []event
	for block := range strings.SplitSeq(strings.TrimSuffix(body, "\n\n"), "\n\n") {
		var e event
		for line := range strings.SplitSeq(block, "\n") {
			if name, ok := strings.CutPrefix(line, "event: "); ok {
				e.name = name
			}
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				e.data = data
			}
		}
		if e.data != "" {
			all = append(all, e)
		}
	}
	return all
}

func TestPlainAPI(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		resp, body := post(t, c, s.URL()+"/model", `{"input":"a <b> & \"é\"","other":1}`)
		if body != `{"output":"You wrote: a <b> & \"é\""}` || resp.Header.Get("Content-Type") != "application/json" {
			t.Errorf("answer %q", body)
		}
		_, body = post(t, c, s.URL()+"/model", `{"input":{"x":[1]}}`)
		if body != `{"output":"You wrote: {\"x\":[1]}"}` {
			t.Errorf("answer %q", body)
		}
		if resp, _ := post(t, c, s.URL()+"/model", `nonsense`); resp.StatusCode != 400 {
			t.Errorf("status %d", resp.StatusCode)
		}
		resp, body = post(t, c, s.URL()+"/model", `{"input":"[EMAIL_7K3QXM]","stream":true}`)
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
			t.Errorf("header %v", resp.Header)
		}
		var text string
		all := eventsOf(body)
		for _, e := range all[:len(all)-1] {
			text += decodeInto[struct{ Output string }](t, e.data).Output
		}
		if text != "You wrote: [EMAIL_7K3QXM]" || all[len(all)-1].data != "[DONE]" {
			t.Errorf("streamed %q, last %q", text, all[len(all)-1].data)
		}
		if strings.Contains(body, "EMAIL_7K3QXM") {
			t.Error("the token was not split")
		}
	})
}

func TestVoiceSettings(t *testing.T) {
	s := start(t, Config{Voice: Voice{
		Say:       func(heard string) string { return strings.ToLower(heard) },
		Split:     Pieces(2),
		KeepAlive: true,
		Coding:    "br",
		Cut:       Every(1),
	}})
	r, err := http.NewRequest("POST", s.URL()+"/model", strings.NewReader(`{"input":"ABCD","stream":true}`))
	if err != nil {
		t.Fatal(err)
	}
	resp, coded := send(t, clientOf(t, s, "HTTP/2.0"), r)
	body, err := decode([]byte(coded), resp.Header["Content-Encoding"])
	if err != nil {
		t.Fatal(err)
	}
	const c = ": keep-alive\n\n"
	want := c + "data: {\"output\":\"ab\"}\n\n" + c + "data: {\"output\":\"cd\"}\n\n" + c + "data: [DONE]\n\n"
	if string(body) != want {
		t.Errorf("got %q, want %q", body, want)
	}
}

func TestToolArguments(t *testing.T) {
	const heard = "mail [EMAIL_7K3QXM] and [PHONE_ABC234]"
	cases := []struct{ name, schema, heard, want string }{
		{"no properties", `{}`, heard, `{"text":"[EMAIL_7K3QXM]"}`},
		{"one", `{"properties":{"to":{}}}`, heard, `{"to":"[EMAIL_7K3QXM]"}`},
		{"the last has it all", `{"properties":{"b":{},"a":{}}}`, heard, `{"a":"[EMAIL_7K3QXM]","b":"mail [EMAIL_7K3QXM] and [PHONE_ABC234]"}`},
		{"JSON in JSON", `{"properties":{"a":{"contentMediaType":"application/json"}}}`, heard, `{"a":"{\"text\":\"[EMAIL_7K3QXM]\"}"}`},
		{"no names", `{"properties":{"a":{},"b":{}}}`, "hi", `{"a":"hi","b":"hi"}`},
	}
	v := Voice{Say: func(heard string) string { return heard }}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := string(encode(v.arguments(decodeInto[schema](t, c.schema), c.heard))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestMessageContentOfEveryShape(t *testing.T) {
	for in, want := range map[string]string{
		`"text"`: "text",
		`null`:   "",
		`[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":"b"}]`:  "a\nb",
		`[{"type":"tool_result","content":"r"},{"type":"tool_result","content":[{"type":"text","text":"s"}]}]`:  "r\ns",
		`[{"type":"web_fetch_tool_result","content":{"type":"web_fetch_result","url":"https://example.com/"}}]`: "",
		`{"unknown":true}`: "",
	} {
		if got := decodeInto[content](t, in).String(); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestEqualRequestsGetEqualAnswers(t *testing.T) {
	bothProtocols(t, func(t *testing.T, s *Server, c *http.Client) {
		var bodies []string
		for range 2 {
			_, body := post(t, c, s.URL()+"/v1/chat/completions", `{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}`)
			bodies = append(bodies, body)
			s.Forget()
		}
		if bodies[0] != bodies[1] {
			t.Errorf("%q differs from %q", bodies[0], bodies[1])
		}
	})
}

func TestDialectsRefuseNonsense(t *testing.T) {
	s := start(t, Config{})
	c := clientOf(t, s, "HTTP/2.0")
	paths := []string{
		"/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/messages",
		"/v1/messages/count_tokens", "/model",
	}
	for _, path := range paths {
		resp, body := post(t, c, s.URL()+path, `nonsense`)
		if resp.StatusCode != 400 || !strings.Contains(body, `"error"`) {
			t.Errorf("%s: %d %q", path, resp.StatusCode, body)
		}
	}
	if slices.ContainsFunc(s.Requests(), func(q Request) bool { return string(q.Reply) == "" }) {
		t.Error("a reply was not kept")
	}
}
