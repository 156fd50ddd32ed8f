package proxy_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"coatcheck/proxy"
	"coatcheck/proxy/rig"
	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/streams"
	"coatcheck/redact/hide"
)

// TestMaskedAtEveryCut streams an answer with the caller's value, as a token,
// and strangers' values, in deltas cut at every character: in a table's field, in
// tool arguments, and in a field that no table knows. No five characters of a
// stranger's value leave before the end of what they stand in.
func TestMaskedAtEveryCut(t *testing.T) {
	live, judge := liveAndJudge(t)
	const text = "You are [EMAIL_7K3QXM], not " + stranger + ", with card 5555 5555 5555 4444 or call +44 20 7946 0958 today."
	const want = "You are jane.roe@example.com, not [EMAIL], with card [CARD] or call [PHONE] today."
	_, chat := wire.RouteByPath("POST", "/v1/chat/completions")
	_, messages := wire.RouteByPath("POST", "/v1/messages")
	for _, place := range []struct {
		name  string
		route *wire.Route
		event string // with %s for the piece
		end   string
	}{
		{"chat", chat, `{"choices":[{"index":0,"delta":{"content":"%s"}}]}`, `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`},
		{"a field that no table knows", chat, `{"choices":[{"index":0,"delta":{"musings":"%s"}}]}`, `[DONE]`},
		{"a block", messages, `{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}`, `{"type":"content_block_stop","index":0}`},
		{"an unknown API", nil, `{"delta":{"text":"%s"}}`, `[DONE]`},
	} {
		for cut := range len(text) + 1 {
			pieces := []string{text[:cut], text[cut:]}
			if cut == len(text) {
				pieces = strings.Split(text, "")
			}
			var out bytes.Buffer
			s := streams.New(streams.Options{
				Route: place.route, MediaType: "text/event-stream", Status: 200, Out: &out, MaxQueued: hide.MaxHeld,
				NewLane: func() streams.Lane { return proxy.MaskedLane(judge, live) },
			})
			for _, p := range pieces {
				event := fmt.Sprintf("data: "+place.event+"\n\n", p)
				_, err := s.Write([]byte(event))
				rig.Must(t, err)
				escaped(t, place.name, want, said(out.String()), stranger, "5555 5555 5555 4444", "+44 20 7946 0958")
			}
			_, err := s.Write([]byte("data: " + place.end + "\n\n"))
			rig.Must(t, err)
			if got := said(out.String()); got != want {
				t.Errorf("%s, cut at %d: at the end of the text %q", place.name, cut, got)
			}
			rig.Must(t, s.Close())
		}
	}
}

var deltas = regexp.MustCompile(`"(?:content|musings|text)":"((?:[^"\\]|\\.)*)"`)

// said is the text of all deltas in a stream.
func said(stream string) string {
	var b strings.Builder
	for _, m := range deltas.FindAllStringSubmatch(stream, -1) {
		b.WriteString(m[1])
	}
	return b.String()
}

// escaped fails if a text holds a piece of a value that may not be seen anyway.
func escaped(t *testing.T, where, seen, text string, values ...string) {
	t.Helper()
	for _, v := range values {
		for i := range len(v) - 4 {
			if p := v[i : i+5]; strings.Contains(text, p) && !strings.Contains(seen, p) {
				t.Fatalf("%s: %q leaves in %q", where, p, text)
			}
		}
	}
}

// TestMaskedSpeechFlowsBehindThought: what a model thinks ends in a word that
// might go on, and nothing says that it does not.
func TestMaskedSpeechFlowsBehindThought(t *testing.T) {
	live, judge := liveAndJudge(t)
	_, chat := wire.RouteByPath("POST", "/v1/chat/completions")
	var out bytes.Buffer
	s := streams.New(streams.Options{
		Route: chat, MediaType: "text/event-stream", Status: 200, Out: &out, MaxQueued: hide.MaxHeld, Strict: true,
		NewLane: func() streams.Lane { return proxy.MaskedLane(judge, live) },
	})
	say := func(field, text string) {
		_, err := fmt.Fprintf(s, "data: {\"choices\":[{\"index\":0,\"delta\":{%q:%q}}]}\n\n", field, text)
		rig.Must(t, err)
	}
	say("reasoning_content", "I think "+stranger)
	for range 100 {
		say("content", "word ")
	}
	if got := strings.Count(out.String(), "word "); got < 98 || strings.Contains(out.String(), stranger) {
		t.Errorf("%d of 100 words have left: %.300q", got, out.String())
	}
}

// FuzzMasked cuts any text anywhere: the edits of both lanes come in one order,
// apart from each other, and only over text that is decided by then.
func FuzzMasked(f *testing.F) {
	for _, text := range []string{
		"You are [EMAIL_7K3QXM], not " + stranger + ".", "password: [EMAIL_7K3QXM]x9!", "4111 1111 [EMAIL_7K3QXM] 1111 1111",
		"jane@[email_7k3qxm].example.com", "EMAIL_7K3QXM@example.org and EMAIL_7K3QXM", "https://x.example/?q=[EMAIL_7K3QXM]&m=" + stranger,
	} {
		f.Add(text, uint64(0x9249))
	}
	live, judge := liveAndJudge(f)
	f.Fuzz(func(t *testing.T, text string, cuts uint64) {
		l := proxy.MaskedLane(judge, live)
		pushed, decided, at := 0, 0, 0
		look := func() {
			t.Helper()
			for {
				start, end, _, ok := l.Next()
				if !ok {
					break
				}
				if start < at || start >= end || start < decided || end > pushed {
					t.Fatalf("edit [%d,%d) behind %d, decided %d, pushed %d", start, end, at, decided, pushed)
				}
				at = end
			}
			n := l.Decided()
			if n < decided || n < at || n > pushed {
				t.Fatalf("decided %d of %d, before that %d, edited to %d", n, pushed, decided, at)
			}
			decided = n
		}
		for i := 0; pushed < len(text); i++ {
			n := min(len(text)-pushed, 1+int(cuts>>(i%61)&7)*int(cuts>>(i%59)&7))
			l.Push(text[pushed : pushed+n])
			pushed += n
			look()
		}
		l.Close()
		look()
		if decided != len(text) {
			t.Fatalf("decided %d of %d at the end", decided, len(text))
		}
	})
}
