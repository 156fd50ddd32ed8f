package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// maxText is how much of one text is read: as much as the proxy takes of a
// request.
const maxText = 64 << 20

// withInput opens a file, or standard input for "-".
func withInput(name string, stdin io.Reader, do func(io.Reader) error) error {
	if name == "-" {
		return do(stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return do(f)
}

// readMost reads all of r, which must not be more than a number of bytes.
func readMost(name string, r io.Reader, most int) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	if err == nil && len(b) > most {
		err = fmt.Errorf("%s: more than %d MiB: give it in parts", name, most>>20)
	}
	return b, err
}

// readText reads one text as a whole.
func readText(name string, r io.Reader) ([]byte, error) {
	text, err := readMost(name, r, maxText)
	if err == nil && bytes.IndexByte(text, 0) >= 0 {
		err = fmt.Errorf("%s: not scanned: UTF-16 or no text at all; convert it to UTF-8", name)
	}
	return text, err
}

// eachLine hands on the lines of r that are not empty, counted from 1, until do
// fails.
func eachLine(name string, r io.Reader, do func(n int, line []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxText)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\xef\xbb\xbf")))
		if len(line) == 0 {
			continue
		}
		if err := do(n, line); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("%s: a line has more than %d MiB: give it in parts", name, maxText>>20)
	}
	return lines.Err()
}

// place is where something stands in a text: line and column, in bytes, from 1.
type place struct{ Line, Col int }

// places finds the place of one offset after the other, in order.
type places struct {
	text            []byte
	at, line, start int
}

func (p *places) of(offset int) place {
	for ; p.at < offset; p.at++ {
		if p.text[p.at] == '\n' {
			p.line, p.start = p.line+1, p.at+1
		}
	}
	return place{p.line + 1, offset - p.start + 1}
}

// scanText scans what a file holds as one text.
func scanText(ctx context.Context, engine *redact.Engine, name string, r io.Reader) (text []byte, found []redact.Finding, err error) {
	if text, err = readText(name, r); err != nil {
		return nil, nil, err
	}
	if found, err = engine.Scan(ctx, []redact.Field{{Text: plain.New(string(text)), Message: -1}}); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, found, nil
}
