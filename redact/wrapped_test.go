package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coatcheck/redact"
	"coatcheck/redact/score"
)

// wrapping spells a text otherwise. at[i] is where byte i of the text begins in
// the result, at[len(text)] its end.
type wrapping func(r score.Record) (text string, at []int)

// each wraps a text rune by rune.
func each(spell func(i int, r rune) string) wrapping {
	return func(rec score.Record) (string, []int) {
		var b strings.Builder
		var at []int
		for i, r := range rec.Text {
			for len(at) <= i {
				at = append(at, b.Len())
			}
			b.WriteString(spell(i, r))
		}
		for len(at) <= len(rec.Text) {
			at = append(at, b.Len())
		}
		return b.String(), at
	}
}

// inside puts something into the middle of every labelled value.
func inside(mark string) wrapping {
	return func(rec score.Record) (string, []int) {
		middle := map[int]bool{}
		for _, s := range rec.Spans {
			middle[(s.Start+s.End)/2] = true
		}
		due := false
		return each(func(i int, r rune) string {
			if due = due || middle[i]; due && r != ' ' && r != '\n' {
				due = false
				return mark + string(r)
			}
			return string(r)
		})(rec)
	}
}

// behind puts something behind every labelled value.
func behind(mark string) wrapping {
	return func(rec score.Record) (string, []int) {
		ends := map[int]bool{}
		for _, s := range rec.Spans {
			ends[s.End] = true
		}
		return each(func(i int, r rune) string {
			if ends[i] {
				return mark + string(r)
			}
			return string(r)
		})(rec)
	}
}

// arguments spells a text as a string in JSON, levels deep.
func arguments(levels int) wrapping {
	return each(func(_ int, r rune) string {
		s := string(r)
		for range levels {
			b, _ := json.Marshal(s)
			s = string(b[1 : len(b)-1])
		}
		return s
	})
}

func fullWidth(_ int, r rune) string {
	if '!' <= r && r <= '~' {
		return string(r - '!' + 0xFF01)
	}
	return string(r)
}

func document(rec score.Record) (string, []int) {
	text := "data:text/plain;base64," + base64.StdEncoding.EncodeToString([]byte(rec.Text))
	at := make([]int, len(rec.Text)+1)
	for i := range at {
		at[i] = len("data:text/plain;base64,") + i*4/3
	}
	return text, at
}

// maxLoss is how much more may leak from a text in another spelling.
const maxLoss = 0.02

// TestSharedWrappedTextIsFoundAsWell: the labelled values of the development data do
// not escape by being spelled otherwise. COATCHECK_SHARED names its folder.
func TestSharedWrappedTextIsFoundAsWell(t *testing.T) {
	records := labelled(t)
	e, _ := builtinEngine(t)
	base := leak(t, e, records, each(func(_ int, r rune) string { return string(r) }))
	t.Logf("plain: leak %.4f", base)
	for _, c := range []struct {
		name string
		wrap wrapping
	}{
		{"tool arguments", arguments(1)},
		{"tool arguments in JSON", arguments(2)},
		{"base64 document", document},
		{"full-width", each(fullWidth)},
		{"zero-width", inside("\u200b")},
		{"zero-width everywhere", each(func(_ int, r rune) string { return string(r) + "\u200b" })},
		{"split over lines", inside("\n")},
		{"in a list of numbers", behind(",7")},
		{"percent-encoded", each(func(_ int, r rune) string {
			var b strings.Builder
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
			return b.String()
		})},
	} {
		got := leak(t, e, records, c.wrap)
		t.Logf("%s: leak %.4f", c.name, got)
		if got > base+maxLoss {
			t.Errorf("%s: leak %.4f, %.4f in plain", c.name, got, base)
		}
	}
}

func labelled(t *testing.T) (out []score.Record) {
	t.Helper()
	shared := os.Getenv("COATCHECK_SHARED")
	if shared == "" {
		t.Skip("COATCHECK_SHARED does not name the labelled data")
	}
	files, err := filepath.Glob(filepath.Join(shared, "eval", "dev", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no labelled data: %v", err)
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		err = score.Read(f, func(r score.Record) error {
			r.Spans = slices.DeleteFunc(r.Spans, func(s score.Span) bool { return s.Ignore || !slices.Contains(score.Structured(), s.Type) })
			if r.Kind == "" && len(r.Spans) > 0 {
				out = append(out, r)
			}
			return nil
		})
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return out
}

// leak is the share of labelled characters, white space aside, that no finding
// covers once the text is wrapped.
func leak(t *testing.T, e *redact.Engine, records []score.Record, wrap wrapping) float64 {
	t.Helper()
	lost, all := 0, 0
	for _, r := range records {
		text, at := wrap(r)
		covered := make([]bool, len(text)+1)
		for _, f := range scan(t, e, text) {
			for i := f.Start; i < f.End; i++ {
				covered[i] = true
			}
		}
		for _, s := range r.Spans {
			for i := s.Start; i < s.End; i++ {
				if r.Text[i] <= ' ' {
					continue
				}
				all++
				if !covered[at[i]] {
					lost++
				}
			}
		}
	}
	return float64(lost) / float64(all)
}
