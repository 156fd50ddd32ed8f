package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable writes out what a terminal would obey instead of showing: control
// characters of both ranges, marks that turn the direction of text, bytes that
// are no UTF-8. keep are characters that stay. Whoever may send a request chooses
// what stands in a log, and must not choose what its reader sees.
func printable(text, keep string) string {
	var out strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case unicode.IsPrint(r) || strings.ContainsRune(keep, r):
			out.WriteString(text[:n])
		default:
			fmt.Fprintf(&out, `\u{%x}`, r)
		}
		text = text[n:]
	}
	return out.String()
}

// shown is a terminal to which only printable text and its line breaks go. A
// write must not end within a character.
type shown struct{ w io.Writer }

// Write implements [io.Writer].
func (s shown) Write(b []byte) (int, error) {
	if _, err := io.WriteString(s.w, printable(string(b), "\n\t")); err != nil {
		return 0, err
	}
	return len(b), nil
}

// forReader returns w, guarded if a person reads it: a pipe gets every byte.
func forReader(w io.Writer) io.Writer {
	if isTerminal(w) {
		return shown{w}
	}
	return w
}
