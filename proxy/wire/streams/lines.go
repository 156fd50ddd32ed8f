package streams

import "bytes"

// lineEnd returns the length of the line end at the start of b: LF, CR or both.
func lineEnd(b []byte) int {
	if len(b) > 1 && b[0] == '\r' && b[1] == '\n' {
		return 2
	}
	return 1
}

// lineBreak returns where the first line of b ends, -1 if it does not.
func lineBreak(b []byte) int {
	// In steps, or a search for the LF of lines that end in CR would read all
	// of b for each of them.
	const step = 256
	for at := 0; at < len(b); at += step {
		w := b[at:min(at+step, len(b))]
		lf := bytes.IndexByte(w, '\n')
		if lf >= 0 {
			w = w[:lf]
		}
		if cr := bytes.IndexByte(w, '\r'); cr >= 0 {
			return at + cr
		}
		if lf >= 0 {
			return at + lf
		}
	}
	return -1
}

// unfold decodes the line end that raw begins with, between two adjacent data:
// lines, which a client joins by a line feed. The next line's field name and
// its space are part of it.
func unfold(raw []byte) (text []byte, width int) {
	n := bytes.IndexByte(raw, ':') + 1
	if n < len(raw) && raw[n] == ' ' {
		n++
	}
	return []byte{'\n'}, n
}

// fold spells text in data: lines of an event, with the event's own line ends.
// A client reads any line end as a line feed.
func fold(raw []byte, text string) []byte {
	end := []byte{'\n'}
	if i := bytes.IndexAny(raw, "\r\n"); i >= 0 {
		end = raw[i : i+lineEnd(raw[i:])]
	}
	var b []byte
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\r', '\n':
			i += lineEnd([]byte(text[i:min(len(text), i+2)])) - 1
			b = append(append(b, end...), "data: "...)
		default:
			b = append(b, text[i])
		}
	}
	return b
}

// afterColon returns the new text of an edit, with one space more where the
// client would drop the text's own: directly behind the field name.
func afterColon(raw []byte, e edit) []byte {
	before, name := bytes.CutSuffix(raw[:e.start], []byte("data:"))
	if !name || len(before) > 0 && before[len(before)-1] != '\n' && before[len(before)-1] != '\r' {
		return e.with
	}
	next := e.with
	if len(next) == 0 {
		next = raw[e.end:]
	}
	if len(next) == 0 || next[0] != ' ' {
		return e.with
	}
	return append([]byte{' '}, e.with...)
}
