package redact_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
	"coatcheck/rules/builtin"
)

// conversation is about 220 KB of an agent's work: turns of prose, program
// text and tool arguments, each a little different, with a few values in it.
func conversation(turns int) []redact.Field {
	parts := chat()
	var fields []redact.Field
	for i := range turns {
		for _, p := range parts {
			text := p.Text.Reveal(plain.Access{})
			fields = append(fields, redact.Field{Text: plain.New(fmt.Sprintf("step %d of the plan. %s", i, text)), Message: i})
		}
		if i%8 == 0 {
			fields = append(fields, redact.Field{Text: plain.New(fmt.Sprintf("Please write to user%d@example.com about it, or call +1 202-555-01%02d before noon.", i, i%100))})
		}
	}
	return fields
}

// TestRememberedFindingsAreTheSame: the second scan of the same fields, in any
// company, finds what the first one found.
func TestRememberedFindingsAreTheSame(t *testing.T) {
	_, set := builtinEngine(t)
	e, err := redact.New(set, redact.Options{Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	none, err := redact.New(set, redact.Options{Timeout: 10 * time.Second, Cache: -1})
	if err != nil {
		t.Fatal(err)
	}
	fields := conversation(10)
	for _, f := range fields[:4] { // what else findings depend on
		f.Text = plain.New(strings.Repeat("2025550182 and jane@example.com; ", 3))
		fields = append(fields, f)
		f.Key = "phone"
		fields = append(fields, f)
		f.Certain = true
		fields = append(fields, f)
	}
	want := scanAll(t, none, fields)
	for range 2 {
		if got := scanAll(t, e, fields); !reflect.DeepEqual(got, want) {
			t.Fatalf("%d findings, want %d", len(got), len(want))
		}
	}
	half := scanAll(t, none, fields[5:])
	if got := scanAll(t, e, fields[5:]); !reflect.DeepEqual(got, half) {
		t.Error("a remembered finding names the wrong field")
	}
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			found, err := e.Scan(t.Context(), fields)
			if err != nil || !reflect.DeepEqual(found, want) {
				t.Errorf("at once: %d findings, want %d; error %v", len(found), len(want), err)
			}
		})
	}
	together.Wait()
}

func scanAll(t testing.TB, e *redact.Engine, fields []redact.Field) []redact.Finding {
	t.Helper()
	found, err := e.Scan(t.Context(), fields)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestUndecidedIsNotRemembered: a search that ran out of time once may do
// better the next time.
func TestUndecidedIsNotRemembered(t *testing.T) {
	text := []redact.Field{{Text: plain.New("see " + strings.Repeat("ab", 60) + "? yes")}}
	e := engine(t, strings.Replace(slow, "%s", "block", 1), redact.Options{Timeout: time.Millisecond})
	before := redact.Remembered(e)
	if found := scanAll(t, e, text); len(found) != 1 {
		t.Fatalf("%+v", found)
	}
	if redact.Remembered(e) != before {
		t.Error("an undecided field is remembered")
	}
}

// BenchmarkConversation scans a 220 KB conversation that is all new, and one
// of which only the last turn is.
func BenchmarkConversation(b *testing.B) {
	set, err := builtin.Load()
	if err != nil {
		b.Fatal(err)
	}
	fields := conversation(64)
	last := len(fields) - 8
	for _, c := range []struct {
		name  string
		cache int
	}{{"cold", -1}, {"last turn new", 0}} {
		b.Run(c.name, func(b *testing.B) {
			e, err := redact.New(set, redact.Options{Cache: c.cache})
			if err != nil {
				b.Fatal(err)
			}
			scanAll(b, e, fields)
			b.ReportAllocs()
			turn := 0
			timed(b, size(fields), func() {
				turn++
				for i := last; i < len(fields); i++ {
					fields[i].Key = fmt.Sprint("k", turn)
				}
				scanAll(b, e, fields)
			})
		})
	}
}

// TestOnceIsNotRemembered: what will not come again takes no place in the cache.
func TestOnceIsNotRemembered(t *testing.T) {
	_, set := builtinEngine(t)
	e, err := redact.New(set, redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := redact.Field{Text: plain.New(strings.Repeat("write to jane@example.com; ", 10)), Once: true}
	if found := scanAll(t, e, []redact.Field{f}); len(found) != 10 || redact.Remembered(e) != 0 {
		t.Errorf("%d findings, %d fields remembered", len(found), redact.Remembered(e))
	}
}
