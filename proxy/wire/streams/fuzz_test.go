package streams

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"regexp"
	"testing"
)

// answers are the shapes that the fuzzers start from.
var answers = []struct{ label, body string }{
	{"text/event-stream", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"to <A\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"1> now\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"},
	{"text/event-stream", ": ping\r\n\r\nevent: a.delta\r\nid: 1\r\ndata: {\"type\":\"a.delta\",\"index\":1,\"delta\":\"<\"}\r\n\r\nevent: a.delta\r\ndata: {\"type\":\"a.delta\",\"index\":1,\"delta\":\"A1>\"}\r\n\r\nevent: a.done\r\ndata: {\"type\":\"a.done\",\"index\":1,\"text\":\"<A1>\"}\r\n\r\n"},
	{"text/event-stream", "data: {\"delta\":{\"partial_json\":\"{\\\"a\\\": \\\"<\\\\u00\"}}\n\ndata: {\"delta\":{\"partial_json\":\"41\\\\u0031>\\\"\"}}\n\n"},
	{"text/event-stream", "data: one <A\ndata: two\n\ndata:1>\r\rdata\n\n\n\n: c\n\n:\n\ndata: [1\n\n"},
	{"text/event-stream", "{\"error\":\"<A1>\"}\n\ndata: {\"a\":\ndata:\"<A1>\"}\n\ndata: {broken <A1>\n\n"},
	{"application/json", "\n \n{\"output\":\"<A1> \\\"<A1>\\\"\",\"n\":[1,\"{\\\"k\\\":\\\"<A1>\\\"}\"]}\n"},
	{"application/x-ndjson", "{\"response\":\"<A\",\"done\":false}\n{\"response\":\"1>\",\"done\":true}\n\nnot <A1> json"},
	{"text/plain", "hello <A1> and \xc3\xa9\xe2\x82 <A"},
	{"text/html", "<html>\xff<A1></html>"},
	{"", "[1] is <A1>"},
	{"application/octet-stream", "\x00\x01<A1>"},
}

// restored is what comes out of a stream, written in the given pieces; of a
// strict one, what comes before it cannot read on.
func restored(t testing.TB, o Options, body []byte, cuts func(rest int) int) []byte {
	var out bytes.Buffer
	o.Out = &out
	s := New(o)
	for len(body) > 0 {
		n := min(max(1, cuts(len(body))), len(body))
		_, err := s.Write(bytes.Clone(body[:n]))
		if o.Strict && errors.Is(err, ErrUnread) {
			return out.Bytes()
		}
		if err != nil {
			t.Fatal(err)
		}
		body = body[n:]
	}
	if err := s.Close(); err != nil && !(o.Strict && errors.Is(err, ErrUnread)) {
		t.Fatal(err)
	}
	return out.Bytes()
}

func inWhole(rest int) int { return rest }
func byByte(int) int       { return 1 }

func atRandom(seed uint64) func(int) int {
	r := rand.New(rand.NewPCG(seed, 1))
	return func(int) int { return 1 + r.IntN(40) }
}

func FuzzAnyCutGivesTheSameBytes(f *testing.F) {
	for _, a := range answers {
		f.Add(a.label, []byte(a.body), uint64(1), false)
		f.Add(a.label, []byte(a.body), uint64(2), true)
	}
	f.Fuzz(func(t *testing.T, label string, body []byte, seed uint64, known bool) {
		o := Options{MediaType: label, NewLane: lanes("<A1>", "va\"l\nue"), MaxEvent: 300, MaxBody: 300, MaxQueued: 8}
		o.Strict = seed%2 == 1 && bytes.IndexByte(body, 0) < 0 // a NUL ends the piece of text that it comes with
		if known {
			o.Route = chatCompletions
		}
		want := restored(t, o, body, inWhole)
		for name, cuts := range map[string]func(int) int{"bytes": byByte, "random": atRandom(seed)} {
			if got := restored(t, o, body, cuts); !bytes.Equal(got, want) {
				t.Errorf("%s:\n got %q\nwant %q", name, got, want)
			}
		}
	})
}

// keepsAlive finds what may be an event that overtakes those that wait.
var keepsAlive = regexp.MustCompile(`(?m)^:|\r:|ping`)

func FuzzWithoutEditsEveryByteIsTheSame(f *testing.F) {
	for _, a := range answers {
		f.Add(a.label, []byte(a.body), uint64(1), true)
		f.Add(a.label, []byte(a.body), uint64(2), false)
	}
	f.Fuzz(func(t *testing.T, label string, body []byte, seed uint64, known bool) {
		// The tokens cannot occur, but their beginnings make events wait.
		o := Options{MediaType: label, NewLane: lanes("<A1\xff\xfe>", "x", "1> \xff\xfe", "y"), MaxEvent: 300, MaxBody: 300}
		if keepsAlive.Match(body) || bytes.Contains(body, []byte("\xff\xfe")) {
			o.NewLane = lanes()
		}
		if known {
			o.Route = chatCompletions
		}
		if got := restored(t, o, body, atRandom(seed)); !bytes.Equal(got, body) {
			t.Errorf(" got %q\nwant %q", got, body)
		}
	})
}
