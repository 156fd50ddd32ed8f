package score

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// Kinds of records that have nothing to find.
const (
	Negative     = "negative"      // ordinary text: false hits are counted by its words
	HardNegative = "hard_negative" // look-alikes: the records with a false hit are counted
)

// Record is one labelled text.
type Record struct {
	ID     string   `json:"id"`
	Source string   `json:"source"`
	Text   string   `json:"text"`
	Scope  []string `json:"scope"` // the types that are labelled without a gap: only these can be false
	Spans  []Span   `json:"spans"`
	Kind   string   `json:"kind"` // empty, Negative or HardNegative
}

// Span is a label, or a finding.
type Span struct {
	Start  int    `json:"start"` // bytes
	End    int    `json:"end"`   // bytes, exclusive
	Type   string `json:"type"`
	Ignore bool   `json:"ignore"` // a label that is not scored: a finding on it is not false
}

func (s Span) size() int { return s.End - s.Start }

// common is how many bytes two spans share; it is negative when they are apart.
func (s Span) common(t Span) int { return min(s.End, t.End) - max(s.Start, t.Start) }

func (s Span) in(text string) bool { return 0 <= s.Start && s.Start < s.End && s.End <= len(text) }

// border reports whether a character begins at a place, or the text ends there.
func border(text string, at int) bool { return at == len(text) || utf8.RuneStart(text[at]) }

// Read hands on the records of JSON lines, one by one, until each returns an
// error. An error names the line, never what stands in it.
func Read(r io.Reader, each func(Record) error) error {
	in := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			rec, fault := parse(line)
			if fault == nil {
				fault = each(rec)
			}
			if fault != nil {
				return fmt.Errorf("line %d: %w", n, fault)
			}
		}
		if err != nil {
			return nil
		}
	}
}

func parse(line []byte) (Record, error) {
	var r Record
	if json.Unmarshal(line, &r) != nil || r.Text == "" { // its error may quote the line
		return r, errors.New(`want a JSON object with "id", "source", "text", "scope" and "spans"`)
	}
	if r.Kind != "" && r.Kind != Negative && r.Kind != HardNegative {
		return r, fmt.Errorf("kind: want %s, %s or nothing", Negative, HardNegative)
	}
	for i, s := range r.Spans {
		if !s.in(r.Text) {
			return r, fmt.Errorf("spans[%d]: does not lie in the text", i)
		}
		if !border(r.Text, s.Start) || !border(r.Text, s.End) {
			return r, fmt.Errorf("spans[%d]: begins or ends within a character: offsets are bytes of UTF-8", i)
		}
		if !s.Ignore && !slices.Contains(r.Scope, s.Type) {
			return r, fmt.Errorf("spans[%d]: its type is not in the record's scope, and would not be scored: add it, or say \"ignore\": true", i)
		}
	}
	return r, nil
}
