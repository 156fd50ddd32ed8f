package streams

import (
	"strings"
	"testing"

	"coatcheck/proxy/wire"
)

func TestNothingWaitsWithoutNeed(t *testing.T) {
	s := newSent(t, Options{Route: chatCompletions})
	for _, event := range []string{
		": hello\n\n",
		chatData(0, `{"role":"assistant","content":""}`),
		chatData(0, `{"content":"one < two"}`),
		chatData(1, `{"content":"[1] <B"}`),
	} {
		s.after(event, event)
	}
	s.after(chatData(0, `{"content":"three <"}`), "")
	s.after(chatData(1, `{"content":"x"}`), "")
	s.after(chatData(0, `{"content":"3"}`), chatData(0, `{"content":"three <"}`)+chatData(1, `{"content":"x"}`)+chatData(0, `{"content":"3"}`))
	s.after("data: {\"a", "")
	s.after("\":1}\n", "")
	s.after("\n", "data: {\"a\":1}\n\n")
	s.atEnd("")
}

func TestAnEndLetsGoWhatWaits(t *testing.T) {
	head := chatData(0, `{"content":"<A"}`)
	stop := "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
	other := "data: {\"choices\":[{\"index\":1,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
	for _, c := range []struct {
		name        string
		route       *wire.Route
		held, other string
		end         string
	}{
		{"finish_reason", chatCompletions, head, other, stop},
		{"[DONE]", chatCompletions, head, "data: {}\n\n", "data: [DONE]\n\n"},
		{"content_block_stop", messages, blockData(0, `{"text":"<A"}`), blockData(1, `{"text":"x"}`), messageEvent("content_block_stop")},
		{
			"a done event of an unknown provider", nil, "data: {\"type\":\"x.y.delta\",\"index\":0,\"delta\":\"<A\"}\n\n",
			"data: {\"type\":\"x.y.done\",\"index\":1}\n\n", "data: {\"type\":\"x.y.done\",\"index\":0}\n\n",
		},
		{
			"a named event", nil, "event: thread.message.delta\ndata: {\"delta\":\"<A\"}\n\n",
			"event: thread.run.completed\ndata: {}\n\n", "event: thread.message.completed\ndata: {}\n\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSent(t, Options{Route: c.route})
			s.after(c.held, "")
			s.after(c.other, "")
			s.after(c.end, c.held+c.other+c.end)
		})
	}
}

func TestASecondSignOfLifeOvertakes(t *testing.T) {
	head := chatData(0, `{"content":"<A"}`)
	s := newSent(t, Options{Route: chatCompletions})
	s.after(head, "")
	s.after(": ping 1\n\n", "")
	s.after(": ping 2\n\n", ": ping 2\n\n")
	s.after("event: ping\ndata: {\"type\": \"ping\"}\n\n", "event: ping\ndata: {\"type\": \"ping\"}\n\n")
	s.after("id: 7\n\n", "")
	s.after(": ping 3\n\n", "")
	s.atEnd(head + ": ping 1\n\nid: 7\n\n: ping 3\n\n")
}

// TestHeldIsWhatIsKept: half an event and what waits for the end of a token,
// nothing of what has left.
func TestHeldIsWhatIsKept(t *testing.T) {
	s := newSent(t, Options{Route: chatCompletions})
	event, waits := chatData(0, `{"content":"one"}`), chatData(0, `{"content":" <A"}`)
	atLeast := func(n int) {
		t.Helper()
		if got := s.Held(); got < int64(n) || got > int64(2*n+64) {
			t.Errorf("%d bytes are held, want %d and little more", got, n)
		}
	}
	s.after(event, event)
	atLeast(0)
	s.after(waits, "")
	atLeast(len(waits))
	s.after(event[:20], "")
	atLeast(len(waits) + 20)
	s.after(event[20:], waits+event)
	atLeast(0)
	s.atEnd("")
	atLeast(0)
	d := newSent(t, Options{MediaType: "application/json"})
	const document = `{"output": "of thirty characters and some"}`
	d.after(document, "")
	if got := d.Held(); got < int64(len(document)) || got > 128 {
		t.Errorf("%d bytes of a document are held, want %d and little more", got, len(document))
	}
	d.atEnd(document)
}

// TestASilentTextHoldsNoOtherUp: what a model thinks ends in half a token, and
// nothing tells that it has ended. What it says waits for a while, not for good.
func TestASilentTextHoldsNoOtherUp(t *testing.T) {
	thought, word := chatData(0, `{"reasoning_content":"so <A"}`), chatData(0, `{"content":"word "}`)
	for _, c := range []struct {
		name, label   string
		route         *wire.Route
		thought, word string
	}{
		{"a known route", "text/event-stream", chatCompletions, thought, word},
		{"an unknown one", "application/x-ndjson", nil, "{\"message\":{\"thinking\":\"so <A\"}}\n", "{\"message\":{\"content\":\"word \"}}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSent(t, Options{Route: c.route, MediaType: c.label})
			s.after(c.thought, "")
			for range maxSilent - 1 {
				s.after(c.word, "")
			}
			s.after(c.word, c.thought+strings.Repeat(c.word, maxSilent))
			for range 3 {
				s.after(c.word, c.word)
			}
		})
	}
}

// TestATextThatSpeaksIsWaitedFor: one text after the other, many at a time, and
// a long key letter by letter.
func TestATextThatSpeaksIsWaitedFor(t *testing.T) {
	const texts = maxSilent / 2
	var in, want strings.Builder
	for _, part := range [][2]string{{"<", "jane"}, {"A", ""}, {"1", ""}, {">", ""}} {
		for i := range texts {
			in.WriteString(chatData(i, `{"content":"`+part[0]+`"}`))
			want.WriteString(chatData(i, `{"content":"`+part[1]+`"}`))
		}
	}
	if got := string(restored(t, Options{MediaType: "text/event-stream", Route: chatCompletions, NewLane: lanes("<A1>", "jane")}, []byte(in.String()), inWhole)); got != want.String() {
		t.Errorf("\n got %q\nwant %q", got, want.String())
	}
	token := "<" + strings.Repeat("x", 5*maxSilent) + ">"
	in.Reset()
	for _, letter := range strings.Split(token, "") {
		in.WriteString(chatData(0, `{"content":"`+letter+`"}`))
	}
	got := string(restored(t, Options{MediaType: "text/event-stream", Route: chatCompletions, NewLane: lanes(token, "jane")}, []byte(in.String()), inWhole))
	if !strings.HasPrefix(got, chatData(0, `{"content":"jane"}`)+chatData(0, `{"content":""}`)) {
		t.Errorf("a token that came letter by letter became %.200q", got)
	}
}
