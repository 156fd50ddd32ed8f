package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"
)

// isTerminal reports whether a person sits behind a reader or writer.
func isTerminal(f any) bool {
	if ours, ok := f.(*sure); ok {
		f = ours.Writer
	}
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// say prints one line of ours to a person.
func say(w io.Writer, format string, a ...any) {
	fmt.Fprintf(w, "coatcheck: "+format+"\n", a...)
}

// newLog writes JSON lines, or short lines on a terminal. What reaches it is
// never private: see redact/plain.
func newLog(w io.Writer) *slog.Logger { return newLogFrom(w, slog.LevelInfo) }

// newLogFrom leaves out what is below least.
func newLogFrom(w io.Writer, least slog.Level) *slog.Logger {
	o := &slog.HandlerOptions{Level: least}
	if isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

// spoken turns what is said to a person into lines of the log.
type spoken struct{ w io.Writer }

// jsonLines makes everything written to w JSON lines, unless a person sits
// behind it: what reads a container's output reads all of it the same way.
func jsonLines(w io.Writer) io.Writer {
	if isTerminal(w) {
		return w
	}
	return spoken{w}
}

// Write takes one line: of say, or of a log, which it passes on.
func (s spoken) Write(line []byte) (int, error) {
	text, said := bytes.CutPrefix(line, []byte("coatcheck: "))
	if !said {
		return s.w.Write(line)
	}
	newLog(s.w).Info(strings.TrimSuffix(string(text), "\n"))
	return len(line), nil
}
