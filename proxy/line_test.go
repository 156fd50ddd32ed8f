package proxy_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"coatcheck/proxy/rig"
	"coatcheck/proxy/standin"
)

const (
	email   = rig.Email
	card    = rig.Card
	iban    = rig.IBAN
	phone   = rig.Phone
	hello   = rig.Hello
	prompt  = rig.Prompt
	chatURL = rig.ChatURL
)

// bareToken is a token with or without its brackets.
var bareToken = regexp.MustCompile(`\[?[A-Z]{2,12}_[0-9A-HJKMNP-TV-Z]{6}\b\]?`)

func TestPlainAPIOnEveryRoad(t *testing.T) {
	for _, road := range rig.Ways {
		t.Run(road.Name, func(t *testing.T) {
			r := rig.New(t, rig.Options{})
			body, err := json.Marshal(map[string]string{"input": prompt})
			rig.Must(t, err)
			resp, answer := r.Post(r.Client(road.H2), road.URL(r, "api.example.com", "/model"), string(body))
			if resp.StatusCode != 200 {
				t.Fatalf("status %d: %s", resp.StatusCode, answer)
			}
			if h2 := resp.ProtoMajor == 2; h2 != road.H2 {
				t.Errorf("the client spoke %s", resp.Proto)
			}
			var got struct{ Output string }
			rig.Must(t, json.Unmarshal([]byte(answer), &got))
			if want := "You wrote: " + prompt; got.Output != want {
				t.Errorf("the app received %q, want %q", got.Output, want)
			}
			r.Unseen(email, card, iban, phone)
			sent := string(r.Received().Decoded)
			if n := len(rig.TokenShape.FindAllString(sent, -1)); n != 4 {
				t.Errorf("the provider saw %d tokens in %s, want 4", n, sent)
			}
			if r.Received().Length != int64(len(sent)) {
				t.Errorf("Content-Length %d for %d bytes: the body must not be chunked", r.Received().Length, len(sent))
			}
		})
	}
}

func TestStreamedChatIsRestoredAcrossPieces(t *testing.T) {
	for _, road := range rig.Ways {
		for _, split := range []int{1, 3, 7, 1000} {
			r := rig.New(t, rig.Options{Provider: standin.Config{Voice: standin.Voice{Split: standin.Every(split)}}})
			body := `{"model":"gpt-x","stream":true,"messages":[{"role":"user","content":` + quoted(prompt) + `}]}`
			resp, answer := r.Post(r.Client(road.H2), road.URL(r, "api.openai.com", "/v1/chat/completions"), body)
			if resp.StatusCode != 200 {
				t.Fatalf("%s: status %d: %s", road.Name, resp.StatusCode, answer)
			}
			if got, want := chatText(t, answer), "You wrote: "+prompt; got != want {
				t.Errorf("%s, pieces of %d: the app assembled %q, want %q", road.Name, split, got, want)
			}
			if !strings.HasSuffix(answer, "data: [DONE]\n\n") {
				t.Errorf("%s: the stream does not end as the provider ended it", road.Name)
			}
			r.Unseen(email, card, iban, phone)
		}
	}
}

func TestAnthropicStreamIsRestored(t *testing.T) {
	r := rig.New(t, rig.Options{})
	body := `{"model":"claude-x","max_tokens":100,"stream":true,"system":"Card ` + card + `","messages":[{"role":"user","content":[{"type":"text","text":` + quoted(prompt) + `}]}]}`
	resp, answer := r.Post(r.Client(false), "https://api.anthropic.com/v1/messages", body)
	if resp.StatusCode != 200 {
		t.Fatalf("status %d: %s", resp.StatusCode, answer)
	}
	var text strings.Builder
	for _, e := range events(t, answer) {
		if delta, ok := e["delta"].(map[string]any); ok {
			if s, ok := delta["text"].(string); ok {
				text.WriteString(s)
			}
		}
	}
	if want := "You wrote: " + prompt; !strings.Contains(text.String(), want) {
		t.Errorf("the app assembled %q, want %q in it", text.String(), want)
	}
	r.Unseen(email, card, iban, phone)
}

func TestSameValueIsTheSameTokenOnEveryTurn(t *testing.T) {
	r := rig.New(t, rig.Options{})
	c := r.Client(false)
	first := `{"messages":[{"role":"user","content":"I am ` + email + `"}`
	r.Post(c, "https://api.openai.com/v1/chat/completions", first+`]}`)
	r.Post(c, "https://api.openai.com/v1/chat/completions", first+`,{"role":"assistant","content":"ok"},{"role":"user","content":"card `+card+`"}]}`)
	all := r.Provider.Requests()
	one, two := strings.TrimSuffix(string(all[0].Decoded), "]}"), string(all[1].Decoded)
	if !strings.HasPrefix(two, one) {
		t.Errorf("turn 2 does not begin with turn 1, so the provider's prompt cache is cold:\n%s\n%s", one, two)
	}
}

func TestTwoProvidersGetTwoTokens(t *testing.T) {
	r := rig.New(t, rig.Options{})
	c := r.Client(false)
	r.Post(c, "https://api.openai.com/v1/chat/completions", `{"messages":[{"role":"user","content":"`+email+`"}]}`)
	r.Post(c, "https://api.example.com/model", `{"input":"`+email+`"}`)
	all := r.Provider.Requests()
	a, b := rig.TokenShape.FindString(string(all[0].Decoded)), rig.TokenShape.FindString(string(all[1].Decoded))
	if a == "" || b == "" || a == b {
		t.Errorf("tokens %q and %q: two providers could link one person", a, b)
	}
}

func TestUntouchedRequestLeavesAsTheSameBytes(t *testing.T) {
	body := "{ \"input\" :\t\"nothing to see\\u0021\", \"n\": 1.50, \"n\": 2e3 }\n"
	for _, road := range rig.Ways {
		r := rig.New(t, rig.Options{})
		const path = `/a%2Fb/%7e/"x|^"/model?a=b;c&d=%zz`
		req, err := http.NewRequest(http.MethodPost, road.URL(r, "api.example.com", "/model"), strings.NewReader(body))
		rig.Must(t, err)
		req.URL.Opaque = strings.TrimSuffix(req.URL.Path, "/model") + path[:strings.Index(path, "?")]
		req.URL.RawQuery = path[strings.Index(path, "?")+1:]
		req.Header.Set("Content-Type", "application/json")
		resp, err := r.Client(road.H2).Do(req)
		rig.Must(t, err)
		_ = resp.Body.Close()
		got := r.Received()
		if string(got.Body) != body {
			t.Errorf("%s: the provider received %q, want %q", road.Name, got.Body, body)
		}
		if got.Path != path {
			t.Errorf("%s: the path arrived as %q", road.Name, got.Path)
		}
		if got.Host != "api.example.com" {
			t.Errorf("%s: Host %q", road.Name, got.Host)
		}
	}
}

func TestToolArgumentsAreTokenizedAndRestored(t *testing.T) {
	tools := `"tools":[{"type":"function","function":{"name":"send","description":"mail ` + email + `","parameters":{"type":"object"}}}]`
	for _, stream := range []string{"false", "true"} {
		r := rig.New(t, rig.Options{Provider: standin.Config{Voice: standin.Voice{Split: standin.Every(2)}}})
		body := `{"stream":` + stream + `,` + tools + `,"messages":[` +
			`{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"send","arguments":"{\"to\":\"` + email + `\"}"}}]},` +
			`{"role":"tool","tool_call_id":"c1","content":"{\"card\":\"` + card + `\"}"},` +
			`{"role":"user","content":` + quoted(prompt) + `}]}`
		resp, answer := r.Post(r.Client(false), "https://api.openai.com/v1/chat/completions", body)
		if resp.StatusCode != 200 {
			t.Fatalf("status %d: %s", resp.StatusCode, answer)
		}
		if !strings.Contains(toolArguments(t, answer), email) {
			t.Errorf("stream %s: the app's tool got %q", stream, toolArguments(t, answer))
		}
		r.Unseen(email, card, iban, phone)
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// events parses a stream with a parser of the test's own.
func events(t *testing.T, stream string) []map[string]any {
	t.Helper()
	var list []map[string]any
	for block := range strings.SplitSeq(strings.ReplaceAll(stream, "\r\n", "\n"), "\n\n") {
		for line := range strings.SplitSeq(block, "\n") {
			data, ok := strings.CutPrefix(line, "data:")
			if !ok || strings.TrimSpace(data) == "[DONE]" {
				continue
			}
			var e map[string]any
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				t.Fatalf("event %q: %v", data, err)
			}
			list = append(list, e)
		}
	}
	return list
}

func chatText(t *testing.T, stream string) string {
	t.Helper()
	var text strings.Builder
	for _, e := range events(t, stream) {
		choices, _ := e["choices"].([]any)
		for _, c := range choices {
			delta, _ := c.(map[string]any)["delta"].(map[string]any)
			s, _ := delta["content"].(string)
			text.WriteString(s)
		}
	}
	return text.String()
}

// toolArguments joins the arguments of all tool calls, whole or streamed.
func toolArguments(t *testing.T, answer string) string {
	t.Helper()
	var list []map[string]any
	if strings.HasPrefix(answer, "{") {
		var whole map[string]any
		rig.Must(t, json.Unmarshal([]byte(answer), &whole))
		list = append(list, whole)
	} else {
		list = events(t, answer)
	}
	var args strings.Builder
	for _, e := range list {
		choices, _ := e["choices"].([]any)
		for _, c := range choices {
			message, ok := c.(map[string]any)["message"].(map[string]any)
			if !ok {
				message, _ = c.(map[string]any)["delta"].(map[string]any)
			}
			calls, _ := message["tool_calls"].([]any)
			for _, call := range calls {
				f, _ := call.(map[string]any)["function"].(map[string]any)
				s, _ := f["arguments"].(string)
				args.WriteString(s)
			}
		}
	}
	return args.String()
}
