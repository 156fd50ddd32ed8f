// Command coatcheck is a privacy-preserving inference proxy: it replaces
// personal data and secrets in requests to hosted models by tokens, puts them
// back in the answers, and writes a log that only the auditor's key opens.
package main

import (
	"context"
	"io"
	"os"

	_ "golang.org/x/crypto/x509roots/fallback" // a scratch image has no roots of its own
)

// stdio is what a command reads and writes; tests hand in their own.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

// sure remembers that a write failed: half an answer, on a full disk, must not
// look like a whole one.
type sure struct {
	io.Writer
	err error
}

// Write implements [io.Writer].
func (s *sure) Write(b []byte) (int, error) {
	n, err := s.Writer.Write(b)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}

func main() {
	os.Exit(run(context.Background(), os.Args, stdio{os.Stdin, os.Stdout, os.Stderr}))
}
