package streams

import (
	"errors"
	"testing"

	"coatcheck/proxy/wire/bodies"
)

// TestAMediaTypeMeansTheSameInBothDirections: what is read line by line in a
// request is so in an answer, and what is text here is text there.
func TestAMediaTypeMeansTheSameInBothDirections(t *testing.T) {
	const lines, answered = "{\"a\":\"<A\"}\n{\"a\":\"1>\"}\n", "{\"a\":\"jane\"}\n{\"a\":\"\"}\n"
	for _, name := range []string{
		"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines",
		"application/x-jsonlines", "application/x-json-stream", "application/stream+json", "Application/JSONL; charset=UTF-8",
	} {
		b, err := bodies.Parse(nil, name, []byte(lines), bodies.Limits{Depth: maxDepth})
		if err != nil || len(b.Leaves) != 4 { // two names, two strings
			t.Errorf("%s: a request of two lines is not read as such: %v", name, err)
		}
		o := Options{MediaType: name, NewLane: lanes("<A1>", "jane")}
		if got := string(restored(t, o, []byte("\n"+lines), inWhole)); got != "\n"+answered {
			t.Errorf("%s: an answer of two lines becomes %q", name, got)
		}
	}
	for _, name := range []string{"text/plain", "text/csv", "TEXT/Markdown; charset"} {
		b, err := bodies.Parse(nil, name, []byte("to <A1>"), bodies.Limits{Depth: maxDepth})
		if err != nil || len(b.Leaves) != 1 {
			t.Errorf("%s: a request of one text is not read as such: %v", name, err)
		}
		o := Options{MediaType: name, NewLane: lanes("<A1>", "jane")}
		if got := string(restored(t, o, []byte("to <A1>"), inWhole)); got != "to jane" {
			t.Errorf("%s: an answer becomes %q", name, got)
		}
	}
}

// TestTextWithASyntaxIsReadInAnswersAlone: its escapes could hide from the scan
// what a server reads; a client reads the token as it was written.
func TestTextWithASyntaxIsReadInAnswersAlone(t *testing.T) {
	for _, name := range []string{"application/yaml", "application/xml", "image/svg+xml", "application/javascript", ""} {
		if _, err := bodies.Parse(nil, name, []byte("to: <A1>"), bodies.Limits{Depth: maxDepth}); !errors.Is(err, bodies.ErrMediaType) {
			t.Errorf("%q: a request gives %v", name, err)
		}
		o := Options{MediaType: name, NewLane: lanes("<A1>", "jane")}
		if got := string(restored(t, o, []byte("to: <A1>"), inWhole)); got != "to: jane" {
			t.Errorf("%q: an answer becomes %q", name, got)
		}
	}
}
