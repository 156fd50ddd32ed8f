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

func main() {
	os.Exit(run(context.Background(), os.Args, stdio{os.Stdin, os.Stdout, os.Stderr}))
}
