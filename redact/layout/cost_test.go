package layout

import (
	"fmt"
	"strings"
	"testing"
)

// hostile are lines and runs that are full of hits, marked with ¦, and of what
// structure is made of: every pair of separators, brackets and keys.
func hostile() (pieces []string) {
	signs := []string{",", ";", "|", "\t", " ", ":", "=", ">", "[", "]", "{", "}", "(", ")", "'", `"`, "- ", "\n", "VALUES", "VALUES(", `{"value":`, "<a>"}
	for _, a := range signs {
		for _, b := range signs {
			pieces = append(pieces, "7"+a+"8"+b+"¦1234567\n", a+b+"¦1234567", a+"¦1234567"+b)
		}
	}
	pieces = append(pieces, named()...)
	return append(pieces, "('¦1234567',", `"¦1234567",`, "VALUES (¦1234567,", `{"value":¦1234567,`,
		"x (a, b) VALUES (¦1234567, ¦1234567)\n", "'a'=¦1234567,b\n\n", strings.Repeat("¦1234567 ", 200)+"\n", "- "+strings.Repeat("¦1234567 ", 200)+"\n")
}

// named are pieces of which each begins a form of its own: a table's definition,
// a cell with line breaks, a title beside a value.
func named() []string {
	return []string{
		"CREATE TABLE t (a int, ssn int);\nINSERT INTO t VALUES (¦1234567, ¦1234567);\n", "CREATE TABLE t (VALUES (¦1234567,", "CREATE TABLE VALUES,¦1234567\n",
		"COPY t (a, ssn) FROM stdin;\n¦1234567\t¦1234567\n", "COPY \n¦1234567\t8\n", "COPY t (\t¦1234567\t) FROM stdin\n",
		"a,ssn\n\"¦1234567\",\"¦1234567\n\"\n", "a,ssn\n\"¦12\n34567\n", "\"a\";,\t\"¦1234567\n\n\"", "a,b;c\td\n\"7\",\"¦1234567\n", "\"¦7\"\n", "\"\n¦7,",
		`{"name":"ssn","value":¦1234567,"value":`, `{"value":{"key":"x","value":`, `<add key="ssn" value="¦1234567"/>`, "- name: a\n  value: ¦1234567\n", "name=key=id=value=¦1234567 ", strings.Repeat(`name:`, 40) + "value:¦7\n",
		"value;¦value\n", "name|value\nx|¦1234567\n", strings.Repeat(";", 1000) + strings.Repeat("¦value;", 100) + "\n", strings.Repeat("x", 1000) + strings.Repeat(";¦value", 100) + "\n",
	}
}

// perHit is the most that is read for the name of one place, in bytes: both
// brackets and keys go back by reach, a list's key stands at most 64 lines above.
const perHit = 2*reach + 64*maxLine

// TestCostOfNames: twice the text costs twice as much, whatever it is made of.
func TestCostOfNames(t *testing.T) {
	for _, piece := range hostile() {
		short, long := cost(piece, 16<<10), cost(piece, 32<<10)
		if long > 2*short+short/4+perHit {
			t.Errorf("%q: 32 KB cost %d bytes read, 16 KB %d", piece, long, short)
		}
		if long > 2000*32<<10 {
			t.Errorf("%q: %d bytes read for each of the text", piece, long>>15)
		}
	}
}

// cost names every hit of a text of the given size and returns the bytes read.
func cost(piece string, size int) int {
	plain := strings.ReplaceAll(piece, "¦", "")
	var l Layout
	l.Reset(strings.Repeat(plain, size/len(plain)))
	for i := range size / len(plain) {
		at := i * len(plain)
		for k := range strings.Count(piece, "¦") {
			l.Name(at + nth(piece, k))
		}
	}
	return l.read
}

// nth is where mark k stands in a piece whose marks are taken out.
func nth(piece string, k int) (at int) {
	parts := strings.Split(piece, "¦")
	for _, p := range parts[:k+1] {
		at += len(p)
	}
	return at
}

// TestDeepNestingHasAnEnd: keys that say nothing are followed a few levels up,
// not to the top of a text that is made of nothing else.
func TestDeepNestingHasAnEnd(t *testing.T) {
	for levels, want := range map[int]string{1: "ssn", maxOuter - 1: "ssn", 100: "value", 100_000: "value"} {
		text := `{"ssn":` + strings.Repeat(`{"value":`, levels)
		var l Layout
		l.Reset(text)
		if got := l.Name(len(text)); got != want {
			t.Errorf("%d levels: got %q, want %q", levels, got, want)
		}
		if l.read > perHit {
			t.Errorf("%d levels: %d bytes read", levels, l.read)
		}
	}
}

// TestLongTable: a header is found from the last line of a long table, and two
// kinds of separators do not make each line's search begin anew.
func TestLongTable(t *testing.T) {
	for _, row := range []string{"x,%d\n", "x;y,%d\n", "x|y;z,%d\n"} {
		head := fmt.Sprintf(strings.Replace(row, "%d", "%s", 1), "ssn")
		text := head + strings.Repeat(fmt.Sprintf(row, 219099999), 4000)
		var l Layout
		l.Reset(text)
		if got := l.Name(len(text) - 2); !strings.HasSuffix(got, "ssn") {
			t.Errorf("%q: got %q", row, got)
		}
		if l.read > 20*len(text) {
			t.Errorf("%q: %d bytes read for %d", row, l.read, len(text))
		}
	}
}
