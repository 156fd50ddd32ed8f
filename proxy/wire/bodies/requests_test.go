package bodies

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"coatcheck/proxy/wire"
	"coatcheck/proxy/wire/codings"
)

// TestRecordedRequests reads the requests that public test suites have sent
// to hosted models. Each must be readable, leave as it came without edits, and
// be the same document but for the edit whichever leaf is edited.
func TestRecordedRequests(t *testing.T) {
	shared := os.Getenv("COATCHECK_SHARED")
	if shared == "" {
		t.Skip("COATCHECK_SHARED is not set: no recorded traffic to read")
	}
	dirs, err := filepath.Glob(filepath.Join(shared, "wire", "*", "request.body"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no recordings (%v)", err)
	}
	read, empty, tabled, edited := 0, 0, 0, 0
	for _, name := range dirs {
		dir := filepath.Dir(name)
		var req struct {
			Method, Host, Path string
			Headers            [][2]string
		}
		head, err := os.ReadFile(filepath.Join(dir, "request.json"))
		if err == nil {
			err = json.Unmarshal(head, &req)
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		header := map[string]string{}
		for _, h := range req.Headers {
			header[strings.ToLower(h[0])] = h[1]
		}
		if body, err = codings.Inflate(header["content-encoding"], body, 64<<20, 1000); err != nil {
			t.Errorf("%s: %v", filepath.Base(dir), err)
			continue
		}
		path, _, _ := strings.Cut(req.Path, "?")
		_, rt := wire.RouteByPath(req.Method, path)
		if rt != nil {
			tabled++
		}
		b, err := Parse(rt, header["content-type"], body, Limits{Depth: 1000})
		switch {
		case errors.Is(err, ErrMediaType):
			t.Logf("%s: %s is not read: %v", filepath.Base(dir), header["content-type"], err)
			continue
		case err != nil:
			t.Errorf("%s: %v", filepath.Base(dir), err)
			continue
		case len(body) == 0:
			empty++
			continue
		}
		read++
		edited += editEveryLeaf(t, filepath.Base(dir), b)
		untabled := parse(t, nil, header["content-type"], string(body))
		edited += editEveryLeaf(t, filepath.Base(dir), untabled)
		readBack(t, filepath.Base(dir), header["content-type"], untabled)
	}
	t.Logf("%d requests: %d read, %d of a known route, %d empty, %d leaves edited", len(dirs), read, tabled, empty, edited)
}

// editEveryLeaf returns the number of leaves that it edited, one by one.
func editEveryLeaf(t *testing.T, name string, b *Body) int {
	t.Helper()
	if out, err := b.Splice(nil); err != nil || &out[0] != &b.src[0] {
		t.Errorf("%s: without edits: %v", name, err)
	}
	for i, l := range b.Leaves {
		if l.Class == wire.ClassNever {
			continue
		}
		out, err := b.Splice([]Edit{{i, 0, len(l.Text), "\"\\\n😀"}})
		if errors.Is(err, ErrCap) {
			continue
		}
		if err != nil {
			t.Errorf("%s: %s: %v", name, l.Path, err)
			continue
		}
		spot := b.spots[i]
		for spot.in.outer != nil {
			spot = *spot.in.outer
		}
		if spot.how == plainText {
			continue
		}
		if !bytes.HasPrefix(out, b.src[:spot.start]) || !bytes.HasSuffix(out, b.src[spot.end:]) {
			t.Errorf("%s: %s: bytes around it changed", name, l.Path)
		}
		if json.Valid(b.src) && !json.Valid(out) {
			t.Errorf("%s: %s: the body is no JSON any more", name, l.Path)
		}
	}
	return len(b.Leaves)
}

// readBack edits every leaf of a body that was read without a table and reads
// it again: the same leaves must be there, one of them edited.
func readBack(t *testing.T, name, mediaType string, b *Body) {
	t.Helper()
	texts := make([]string, len(b.Leaves))
	for i, l := range b.Leaves {
		texts[i] = l.Text
	}
	for i, l := range b.Leaves {
		const with = "<\"\\\n😀>"
		out, err := b.Splice([]Edit{{i, 0, len(l.Text), with}})
		if err != nil {
			t.Errorf("%s: %s: %v", name, l.Path, err)
			continue
		}
		var got []string
		for _, l := range parse(t, nil, mediaType, string(out)).Leaves {
			got = append(got, l.Text)
		}
		texts[i] = with
		if diff := cmp.Diff(texts, got); diff != "" {
			t.Errorf("%s: %s: %.300s", name, l.Path, diff)
		}
		texts[i] = l.Text
	}
}
