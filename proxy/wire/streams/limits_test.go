package streams

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

func TestLimitsGiveUpWhatWaits(t *testing.T) {
	head, filler := chatData(0, `{"content":"<A"}`), chatData(1, `{"content":"x"}`)
	for _, c := range []struct {
		name string
		o    Options
	}{
		{"events", Options{MaxQueued: 2}},
		{"bytes", Options{MaxHeld: len(head) + len(filler)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Route = chatCompletions
			s := newSent(t, c.o)
			s.after(head, "")
			s.after(filler, "")
			s.after(filler, head+filler+filler)
			s.after(chatData(0, `{"content":"1> <A1>"}`), chatData(0, `{"content":"1> jane"}`))
		})
	}
}

func TestWhatIsTooLargePassesAsItIs(t *testing.T) {
	long := strings.Repeat("<A1> ", 50)
	for _, c := range []struct{ name, label, in, want string }{
		{"an event", "text/event-stream", "data: <A1>\n\ndata: " + long + "\n\ndata: <A1>\n\n", "data: jane\n\ndata: " + long + "\n\ndata: jane\n\n"},
		{"an event of lines", "text/event-stream", strings.Repeat("data: <A1>\r\n", 30) + "\r\ndata: <A1>\r\n\r\n", strings.Repeat("data: <A1>\r\n", 30) + "\r\ndata: jane\r\n\r\n"},
		{"a line", "application/x-ndjson", "{\"a\":\"<A1>\"}\n{\"a\":\"" + long + "\"}\n{\"a\":\"<A1>\"}\n", "{\"a\":\"jane\"}\n{\"a\":\"" + long + "\"}\n{\"a\":\"jane\"}\n"},
		{"lines called JSON", "application/json", "{\"a\":\"<A1>\"}\n{\"a\":\"" + long + "\"}\n{\"a\":\"<A1>\"}\n", "{\"a\":\"jane\"}\n{\"a\":\"" + long + "\"}\n{\"a\":\"jane\"}\n"},
		{"a document", "application/json", `{"a":"` + long + `"}`, `{"a":"` + long + `"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, cuts := range map[string]func(int) int{"whole": inWhole, "bytes": byByte, "random": atRandom(3)} {
				s := newSent(t, Options{MediaType: c.label, MaxEvent: 100, MaxBody: 100})
				for rest := []byte(c.in); len(rest) > 0; {
					n := min(cuts(len(rest)), len(rest))
					_, _ = s.Write(rest[:n])
					rest = rest[n:]
				}
				_ = s.Close()
				if got := s.out.String(); got != c.want {
					t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
				}
				if got := s.Unread(); got != 1 {
					t.Errorf("%s: %d are unread", name, got)
				}
			}
		})
	}
}

func TestAbortWritesWhatCameAndNoMore(t *testing.T) {
	for _, c := range []struct{ name, label, in, want string }{
		{"half a token, half an event", "text/event-stream", chatData(0, `{"content":"<A"}`) + "data: {\"cho", chatData(0, `{"content":"<A"}`) + "data: {\"cho"},
		{"a whole token", "text/event-stream", chatData(0, `{"content":"<A1>"}`), chatData(0, `{"content":"jane"}`)},
		{"half a document", "application/json", `{"a":"<A1>`, `{"a":"<A1>`},
		{"half a line", "application/x-ndjson", "{\"a\":\"<A1>\"}\n{\"a\":\"<A1>", "{\"a\":\"jane\"}\n{\"a\":\"<A1>"},
		{"half a character", "text/plain", "<A1>\xe2\x82", "jane\xe2\x82"},
		{"nothing known yet", "text/plain", "dat", "dat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSent(t, Options{MediaType: c.label, Route: chatCompletions})
			if _, err := s.Write([]byte(c.in)); err != nil {
				t.Fatal(err)
			}
			if err := s.Abort(); err != nil {
				t.Fatal(err)
			}
			if got := s.out.String(); got != c.want {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
			if _, err := s.Write([]byte("x")); !errors.Is(err, ErrClosed) {
				t.Errorf("got %v from a write after the end", err)
			}
		})
	}
}

func TestAPartOfADocumentPassesAsItIs(t *testing.T) {
	s := newSent(t, Options{MediaType: "application/json", Status: 206})
	s.after(`"<A1>`, `"<A1>`)
	s.atEnd("")
}

func TestUnreadableEventsAreCounted(t *testing.T) {
	s := newSent(t, Options{})
	deep := "data: " + strings.Repeat("[", maxDepth+1) + `"<A1>"` + strings.Repeat("]", maxDepth+1) + "\n\n"
	s.after("data: {\"a\"\n\n"+deep, "data: {\"a\"\n\n"+deep)
	if got := s.Unread(); got != 1 { // what is no JSON is text
		t.Errorf("%d are unread", got)
	}
}

// brokenPipe is a client that has gone.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestTheClientsErrorEndsTheStream(t *testing.T) {
	s := New(Options{MediaType: "text/plain", NewLane: lanes(), Out: brokenPipe{}})
	for range 2 {
		if _, err := s.Write([]byte("hello")); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("got %v", err)
		}
	}
	if err := s.Close(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

func TestClosedTextsAreForgotten(t *testing.T) {
	s := newSent(t, Options{})
	for i := range 3 * maxChannels {
		_, _ = s.Write(fmt.Appendf(nil, "data: {\"type\":\"x.delta\",\"index\":%d,\"delta\":\"a\"}\n\n", i))
		if len(s.channels) > maxChannels {
			t.Fatalf("%d texts are open", len(s.channels))
		}
		if i%2 == 0 {
			_, _ = s.Write(fmt.Appendf(nil, "data: {\"type\":\"x.done\",\"index\":%d}\n\n", i))
		}
	}
	_ = s.Close()
	if len(s.channels) != 0 || len(s.queue) != 0 {
		t.Errorf("%d texts, %d events are left", len(s.channels), len(s.queue))
	}
}

func TestAHostileEventCostsNoMoreThanItsSize(t *testing.T) {
	name := `{"` + strings.Repeat("n", 64<<10) + `":[`
	for _, c := range []struct{ name, body string }{
		{"strings below a long name", "data: " + name + strings.Repeat(`"a",`, 10_000) + "1]}\n\n"},
		{"strings below many arrays", "data: " + strings.Repeat("[", 900) + strings.Repeat(`"a",`, 10_000) + "1" + strings.Repeat("]", 900) + "\n\n"},
		{"an edit in each of many strings", `data: {"delta":"` + strings.Repeat("<A1>", 10_000) + "\"}\n\n"},
		{"lines that end in CR", strings.Repeat("data:\r", 10_000) + "\r"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			restored(t, Options{MediaType: "text/event-stream", NewLane: lanes("<A1>", "x")}, []byte(c.body), inWhole)
			runtime.ReadMemStats(&after)
			if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(200*len(c.body)); got > limit {
				t.Errorf("allocated %d bytes for %d", got, len(c.body))
			}
		})
	}
}
