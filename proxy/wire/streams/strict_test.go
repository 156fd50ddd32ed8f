package streams

import (
	"errors"
	"strings"
	"testing"
)

// TestAStrictStreamPassesNothingUnread: where everything must be looked at, an
// answer ends before the first byte that nothing can look at, whatever the cut.
// One that is not strict counts it.
func TestAStrictStreamPassesNothingUnread(t *testing.T) {
	const first = "data: {\"a\":\"x\"}\n\n"
	long := strings.Repeat("jane ", 50)
	deep := strings.Repeat(`{"a":`, maxDepth+1) + `"jane"` + strings.Repeat("}", maxDepth+1)
	for _, c := range []struct {
		name, label string
		status      int
		in, want    string // want is what may leave
	}{
		{"a part of a document", "application/json", 206, `{"a":"jane"}`, ""},
		{"a type that is not read", "application/pdf", 200, "%PDF jane", ""},
		{"several bodies in one", "multipart/mixed; boundary=x", 200, "--x\r\n\r\njane\r\n--x--", ""},
		{"bytes", "application/octet-stream", 200, "\x01 jane", ""},
		{"an event that is too large", "text/event-stream", 200, first + "data: {\"a\":\"" + long + "\"}\n\n", first},
		{"text that is too large", "text/event-stream", 200, first + "data: " + long + "\n\n", first},
		{"an event that is too deep", "text/event-stream", 200, first + "data: " + deep + "\n\n", first},
		{"a line that is too large", "application/x-ndjson", 200, "{\"a\":\"x\"}\n{\"a\":\"" + long + "\"}\n", "{\"a\":\"x\"}\n"},
		{"a line that is too deep", "application/x-ndjson", 200, "{\"a\":\"x\"}\n" + deep + "\n", "{\"a\":\"x\"}\n"},
		{"a document that is too large", "application/json", 200, `{"a":"` + long + `"}`, ""},
		{"a document that is too deep", "application/json", 200, deep, ""},
		{"a charset that hides ASCII", "text/plain; charset=utf-7", 200, "jane", ""},
		{"UTF-16 without a word", "text/plain", 200, "j\x00a\x00n\x00e\x00", "j"},
		{"JSON in UTF-16", "application/json", 200, "{\x00\"\x00a\x00\"\x00:\x00\"\x00j\x00a\x00n\x00e\x00\"\x00}\x00", ""},
		{"data in UTF-16", "text/event-stream", 200, first + "event: b\ndata: j\x00a\x00n\x00e\x00\n\n", first},
	} {
		t.Run(c.name, func(t *testing.T) {
			limits := Options{MediaType: c.label, Status: c.status, MaxEvent: 100, MaxBody: 100}
			if strings.Contains(c.name, "deep") {
				limits.MaxEvent, limits.MaxBody = 0, 0
			}
			for name, cuts := range map[string]func(int) int{"whole": inWhole, "bytes": byByte, "random": atRandom(7)} {
				o := limits
				o.Strict = true
				s := newSent(t, o)
				err := s.pour(c.in, cuts)
				if !errors.Is(err, ErrUnread) {
					t.Errorf("%s: ends with %v", name, err)
				}
				if got := s.out.String(); !strings.HasPrefix(c.want, got) {
					t.Errorf("%s: %q leaves, of which no more than %q may", name, got, c.want)
				}
				s = newSent(t, limits)
				if err := s.pour(c.in, cuts); err != nil || s.Unread() == 0 || s.out.String() != c.in {
					t.Errorf("%s: not strict, it ends with %v, counts %d and becomes %q", name, err, s.Unread(), s.out.String())
				}
			}
		})
	}
}

// TestAStrictStreamReadsTheRest: what can be looked at passes as ever, and no
// answer at all is nothing unread.
func TestAStrictStreamReadsTheRest(t *testing.T) {
	for _, c := range []struct{ label, in, want string }{
		{"application/pdf", "", ""},
		{"application/octet-stream", `{"a":"<A1>"}`, `{"a":"jane"}`},
		{"application/octet-stream", "Grüße <A1>\n", "Grüße jane\n"},
		{"application/json", `{"a":"<A1>"`, `{"a":"jane"`},
		{"text/plain; charset=iso-8859-1", "<A1> \xe9", "jane \xe9"},
		{"text/event-stream", ": hello\n\ndata: <A1>\n\n", ": hello\n\ndata: jane\n\n"},
	} {
		s := newSent(t, Options{MediaType: c.label, Strict: true})
		if err := s.pour(c.in, byByte); err != nil || s.out.String() != c.want || s.Unread() != 0 {
			t.Errorf("%s: %q (%v), want %q", c.label, s.out.String(), err, c.want)
		}
	}
}

// TestAStrictStreamThatBreaksOff keeps what is not whole.
func TestAStrictStreamThatBreaksOff(t *testing.T) {
	for _, c := range []struct{ label, in, want string }{
		{"text/event-stream", "data: {\"a\":\"<A1>\"}\n\ndata: {\"a\":\"joe", "data: {\"a\":\"jane\"}\n\n"},
		{"application/json", `{"a":"joe`, ""},
		{"application/x-ndjson", "{\"a\":\"<A1>\"}\n{\"a\":\"joe", "{\"a\":\"jane\"}\n"},
		{"text/plain", "dat", ""}, // it may become an event
		{"text/plain", "<A1> <A", "jane <A"},
	} {
		s := newSent(t, Options{MediaType: c.label, Strict: true})
		_, err := s.Write([]byte(c.in))
		if err == nil {
			err = s.Abort()
		}
		if err != nil || s.out.String() != c.want {
			t.Errorf("%s: %q leaves (%v), want %q", c.label, s.out.String(), err, c.want)
		}
	}
}

// pour writes a body in pieces and closes the stream.
func (s *sent) pour(body string, cuts func(rest int) int) error {
	for len(body) > 0 {
		n := min(max(1, cuts(len(body))), len(body))
		if _, err := s.Write([]byte(body[:n])); err != nil {
			return err
		}
		body = body[n:]
	}
	return s.Close()
}
