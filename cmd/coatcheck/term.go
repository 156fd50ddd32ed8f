package main

import (
	"io"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// isTerminal reports whether a person sits behind a reader or writer.
func isTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// newLog writes JSON lines, or short lines on a terminal. What reaches it is
// never private: see redact/plain.
func newLog(w io.Writer) *slog.Logger {
	if isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}
