package journal_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"coatcheck/crypto/disk"
	"coatcheck/crypto/journal"
	"coatcheck/crypto/keys"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
)

func auditor(t testing.TB) *keys.AuditorPrivate {
	t.Helper()
	a, err := keys.NewAuditor()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func options(auditors ...*keys.AuditorPrivate) journal.Options {
	o := journal.Options{Stream: "test", Version: "1.0.0", Digest: "d1", Sync: journal.SyncNone}
	for _, a := range auditors {
		o.Auditors = append(o.Auditors, a.Public())
	}
	// Each look at the clock is a millisecond after the one before.
	var mu sync.Mutex
	now := start
	o.Now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Millisecond)
		return now
	}
	return o
}

func create(t testing.TB, dir string, o journal.Options) *journal.Writer {
	t.Helper()
	w, err := journal.Create(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// readAll returns the entries but for the configuration, and the faults.
func readAll(dir string, auditors ...*keys.AuditorPrivate) (entries []journal.Entry, faults []error) {
	for e, err := range journal.Read(dir, auditors...) {
		switch {
		case err != nil:
			faults = append(faults, err)
		case e.Config == nil:
			entries = append(entries, e)
		}
	}
	return entries, faults
}

func openOf(id string) journal.Open {
	return journal.Open{
		Clear: journal.OpenClear{
			Exchange: id, Mode: "connect", Provider: "openai", Route: "chat", Model: "gpt-4.1", Stream: true,
			Received: 120, Sent: 118, Entities: map[string]int{"EMAIL": 2, "CREDIT_CARD": 1},
			Actions: map[string]int{"tokenize": 3}, Tokens: 3, Unscanned: 1,
		},
		Secret: journal.OpenSecret{
			Principal: "uid-1000", Client: "192.0.2.7:5555", Host: "api.example.com", Method: "POST",
			Path: "/v1/chat/completions?team=blue-42", Model: "my-own-model",
			Spans: []journal.Span{{Path: "/messages/0/content", Entity: "EMAIL", Rule: "email", Start: 3, End: 19, Action: "tokenize", Token: "[EMAIL_7K3QXM]"}},
			Sent:  journal.Cut([]byte(`{"messages":[{"content":"hi [EMAIL_7K3QXM]"}]}`)),
		},
	}
}

func closeOf(id string) journal.Close {
	return journal.Close{
		Clear: journal.CloseClear{
			Exchange: id, Outcome: "done", Status: 200, Duration: 312, Received: 900, Returned: 910,
			Restored: 2, Unknown: 1, Guarded: 1,
		},
		Secret: journal.CloseSecret{Answer: journal.Cut([]byte(`{"content":"dear [EMAIL_7K3QXM]"}`))},
	}
}

func tunnel(host string) journal.Event {
	return journal.Event{
		Clear:  journal.EventClear{Name: "tunnel", Reason: "unknown_host", Count: 1},
		Secret: journal.EventSecret{Host: host, Client: "192.0.2.7:5555", Principal: "uid-1000", Detail: "not protected"},
	}
}

func TestEverythingThatWasWrittenIsRead(t *testing.T) {
	dir, a := t.TempDir()+"/log", auditor(t)
	w := create(t, dir, options(a))
	must(t, w.Begin(ctx, openOf("01A")))
	must(t, w.Begin(ctx, openOf("01B")))
	must(t, w.Note(ctx, tunnel("www.example.net")))
	must(t, w.Finish(ctx, closeOf("01B")))
	must(t, w.Finish(ctx, closeOf("01C"))) // whose opening is in a file that is gone
	must(t, w.Close())

	entries, faults := readAll(dir, a)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	name := entries[0].File
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	note, openA, openB, closeB, closeC := tunnel("www.example.net"), openOf("01A"), openOf("01B"), closeOf("01B"), closeOf("01C")
	first := entries[0].Time
	shift := int(first.Sub(start).Milliseconds())
	want := []journal.Entry{
		{Time: first, Stream: "test", File: name, Event: &note},
		{Time: at(shift - 2), Stream: "test", File: name, Exchange: &journal.Exchange{ID: "01B", Opened: at(shift - 2), Closed: at(shift + 2), Open: &openB, Close: &closeB}},
		{Time: at(shift + 4), Stream: "test", File: name, Exchange: &journal.Exchange{ID: "01C", Closed: at(shift + 4), Close: &closeC}},
		{Time: at(shift - 4), Stream: "test", File: name, Exchange: &journal.Exchange{ID: "01A", Opened: at(shift - 4), Open: &openA}},
	}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Error(diff)
	}
}

func TestFirstFrameSaysWhatTheFileIsWrittenUnder(t *testing.T) {
	dir, a, b := t.TempDir()+"/log", auditor(t), auditor(t)
	must(t, create(t, dir, options(a, b)).Close())
	for e, err := range journal.Read(dir, b) {
		must(t, err)
		want := &journal.Config{Version: "1.0.0", Digest: "d1", Auditors: []string{a.Public().ID(), b.Public().ID()}}
		if diff := cmp.Diff(want, e.Config); diff != "" {
			t.Error(diff)
		}
	}
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes here")
	}
	dir := filepath.Join(t.TempDir(), "log")
	create(t, dir, options(auditor(t)))
	for path, want := range map[string]fs.FileMode{dir: 0o700, onlyFile(t, dir): 0o600} {
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
	}
	must(t, os.Chmod(dir, 0o750))
	if _, err := journal.Create(dir, options(auditor(t))); !errors.Is(err, journal.ErrJournal) || !errors.Is(err, disk.ErrUnsafe) {
		t.Errorf("in a folder readable by the group: %v", err)
	}
}

func onlyFile(t testing.TB, dir string) string {
	t.Helper()
	matches, err := filepath.Glob(filepath.Join(dir, "*.alog"))
	must(t, err)
	if len(matches) != 1 {
		t.Fatalf("%d files in the log", len(matches))
	}
	return matches[0]
}

func TestNothingPrivateIsReadableInTheFile(t *testing.T) {
	dir, a := t.TempDir()+"/log", auditor(t)
	w := create(t, dir, options(a))
	o, c := openOf("01A"), closeOf("01A")
	for range 300 { // over a change of keys
		must(t, w.Begin(ctx, o))
		must(t, w.Finish(ctx, c))
	}
	must(t, w.Note(ctx, tunnel("www.example.net")))
	must(t, w.Close())
	raw, err := os.ReadFile(onlyFile(t, dir))
	must(t, err)
	planted := []string{
		"uid-1000", "192.0.2.7", "api.example.com", "POST", "/v1/chat", "blue-42", "my-own-model", "/messages/0",
		"EMAIL_7K3QXM", "dear", "www.example.net", "not protected", `"rule"`, `"host"`,
	}
	for _, value := range planted {
		for _, form := range forms(value) {
			if bytes.Contains(raw, []byte(form)) {
				t.Errorf("the file holds %q in clear", form)
			}
		}
	}
	for _, word := range []string{`"provider":"openai"`, `"EMAIL":2`, `"event":"close"`, `"exchange":"01A"`} {
		if !bytes.Contains(raw, []byte(word)) {
			t.Errorf("the clear part lacks %s: this test looks at the wrong bytes", word)
		}
	}
}

func forms(value string) []string {
	list := []string{value, hex.EncodeToString([]byte(value))}
	for shift := range 3 { // base64 depends on where the value begins
		text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("_", shift) + value))
		if from, to := 4, len(text)-4; to > from+4 {
			list = append(list, text[from:to])
		}
	}
	return list
}

func TestOnlyAnAuditorReads(t *testing.T) {
	dir, a, b, stranger := t.TempDir()+"/log", auditor(t), auditor(t), auditor(t)
	o := options(a, b)
	w := create(t, dir, o)
	must(t, w.Begin(ctx, openOf("01A")))
	must(t, w.Close())
	sealed := filepath.Base(onlyFile(t, dir))
	own := create(t, dir, options(stranger))
	must(t, own.Begin(ctx, openOf("01S")))
	must(t, own.Close())

	for name, private := range map[string]*keys.AuditorPrivate{"first": a, "second": b} {
		entries, faults := readAll(dir, private)
		if len(entries) != 1 || entries[0].Exchange.ID != "01A" || len(faults) != 1 {
			t.Errorf("the %s auditor reads %d entries, %v", name, len(entries), faults)
		}
	}
	entries, faults := readAll(dir, stranger)
	var fault *journal.FileError
	if len(faults) != 1 || !errors.Is(faults[0], journal.ErrKey) || !errors.As(faults[0], &fault) || fault.File != sealed {
		t.Errorf("a stranger's faults: %v", faults)
	}
	if len(entries) != 1 || entries[0].Exchange.ID != "01S" {
		t.Errorf("a stranger reads %d entries", len(entries))
	}
	if entries, faults := readAll(dir); len(entries) != 0 || len(faults) != 2 {
		t.Errorf("without a key: %d entries, %v", len(entries), faults)
	}
}

func TestWordsThatAreNotClosedAreRefused(t *testing.T) {
	w := create(t, t.TempDir()+"/log", options(auditor(t)))
	private := "jane@example.com"
	tests := []struct {
		name  string
		spoil func(o *journal.Open)
	}{
		{"model", func(o *journal.Open) { o.Clear.Model = private }},
		{"model with a path", func(o *journal.Open) { o.Clear.Model = "acme/secret-project" }},
		{"model in capitals", func(o *journal.Open) { o.Clear.Model = "Jane" }},
		{"model as a number", func(o *journal.Open) { o.Clear.Model = "4111111111111111" }},
		{"long model", func(o *journal.Open) { o.Clear.Model = strings.Repeat("a", 49) }},
		{"provider", func(o *journal.Open) { o.Clear.Provider = "a b" }},
		{"route", func(o *journal.Open) { o.Clear.Route = "/v1/chat/completions" }},
		{"mode", func(o *journal.Open) { o.Clear.Mode = "é" }},
		{"entity", func(o *journal.Open) { o.Clear.Entities = map[string]int{private: 1} }},
		{"action", func(o *journal.Open) { o.Clear.Actions = map[string]int{private: 1} }},
		{"exchange", func(o *journal.Open) { o.Clear.Exchange = private }},
		{"no exchange", func(o *journal.Open) { o.Clear.Exchange = "" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := openOf("01A")
			test.spoil(&o)
			err := w.Begin(ctx, o)
			if !errors.Is(err, journal.ErrJournal) || strings.Contains(err.Error(), private) {
				t.Errorf("got %v", err)
			}
		})
	}
	c := closeOf("01A")
	c.Clear.Reason = private
	if err := w.Finish(ctx, c); !errors.Is(err, journal.ErrJournal) {
		t.Errorf("close: got %v", err)
	}
	e := tunnel("www.example.net")
	e.Clear.Name = private
	if err := w.Note(ctx, e); !errors.Is(err, journal.ErrJournal) {
		t.Errorf("note: got %v", err)
	}
	must(t, w.Begin(ctx, openOf("01A"))) // a refused entry does not end the log
}

func TestBodiesAreCutAndHugeRecordsRefused(t *testing.T) {
	dir, a := t.TempDir()+"/log", auditor(t)
	w := create(t, dir, options(a))
	big := bytes.Repeat([]byte("x"), journal.MaxBody+7)
	o, c := openOf("01A"), closeOf("01A")
	o.Secret.Sent = journal.Cut(big)
	c.Secret.Answer = &journal.Body{Bytes: big} // filled by hand, over the bound
	must(t, w.Begin(ctx, o))
	must(t, w.Finish(ctx, c))
	huge := openOf("01B")
	huge.Secret.Path = strings.Repeat("x", 64<<20)
	if err := w.Begin(ctx, huge); !errors.Is(err, journal.ErrJournal) {
		t.Errorf("a record of 64 MiB: %v", err)
	}
	must(t, w.Begin(ctx, openOf("01C")))
	must(t, w.Close())
	entries, faults := readAll(dir, a)
	if len(faults) > 0 || len(entries) != 2 {
		t.Fatalf("%d entries, %v", len(entries), faults)
	}
	for name, body := range map[string]*journal.Body{"sent": entries[0].Exchange.Open.Secret.Sent, "answer": entries[0].Exchange.Close.Secret.Answer} {
		if len(body.Bytes) != journal.MaxBody || body.Size != int64(len(big)) || !body.Truncated {
			t.Errorf("%s: %d of %d bytes, truncated %v", name, len(body.Bytes), body.Size, body.Truncated)
		}
	}
}

func TestSealedPartsDoNotPrint(t *testing.T) {
	var out bytes.Buffer
	o, c, e := openOf("01A"), closeOf("01A"), tunnel("www.example.net")
	for _, v := range []any{o, &o, c, &c, e, &e, o.Secret, []journal.Open{o}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
	}
	for _, value := range []string{"uid-1000", "api.example.com", "EMAIL_7K3QXM", "blue-42", "www.example.net"} {
		if strings.Contains(out.String(), value) {
			t.Errorf("%q was printed", value)
		}
	}
	text, err := json.Marshal(o)
	if err != nil || !strings.Contains(string(text), "blue-42") {
		t.Errorf("an auditor's JSON lacks the sealed part: %s, %v", text, err)
	}
}

func TestManyWritersLoseNothing(t *testing.T) {
	dir, a := t.TempDir()+"/log", auditor(t)
	o := options(a)
	o.Sync = journal.SyncGroup
	o.MaxBytes = 100 << 10 // several files
	w := create(t, dir, o)
	const writers, each = 64, 8
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for j := range each {
				id := fmt.Sprintf("%02d-%d", i, j)
				if err := w.Begin(ctx, openOf(id)); err != nil {
					t.Error(err)
				}
				if err := w.Finish(ctx, closeOf(id)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	must(t, w.Close())
	entries, faults := readAll(dir, a)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		if e.Exchange.Open == nil || e.Exchange.Close == nil || seen[e.Exchange.ID] {
			t.Errorf("exchange %s: open %v, close %v, seen %v", e.Exchange.ID, e.Exchange.Open != nil, e.Exchange.Close != nil, seen[e.Exchange.ID])
		}
		seen[e.Exchange.ID] = true
	}
	if len(seen) != writers*each {
		t.Errorf("%d of %d exchanges", len(seen), writers*each)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*.alog")); len(files) < 3 {
		t.Errorf("%d files: nothing was rotated", len(files))
	}
}

func TestFaultyOptionsAreNamedAtOnce(t *testing.T) {
	_, err := journal.Create(t.TempDir()+"/log", journal.Options{Stream: "No Good/"})
	if !errors.Is(err, journal.ErrJournal) || !strings.Contains(err.Error(), "stream") || !strings.Contains(err.Error(), "0 auditors") {
		t.Errorf("got %v", err)
	}
}

func TestClosedWriterRefuses(t *testing.T) {
	w := create(t, t.TempDir()+"/log", options(auditor(t)))
	must(t, w.Close())
	must(t, w.Close())
	if err := w.Begin(ctx, openOf("01A")); !errors.Is(err, journal.ErrJournal) {
		t.Errorf("got %v", err)
	}
}

func TestEndedContextWritesNothing(t *testing.T) {
	dir, a := t.TempDir()+"/log", auditor(t)
	w := create(t, dir, options(a))
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := w.Begin(ended, openOf("01A")); !errors.Is(err, context.Canceled) || !errors.Is(err, journal.ErrJournal) {
		t.Errorf("got %v", err)
	}
	must(t, w.Close())
	if entries, faults := readAll(dir, a); len(entries)+len(faults) > 0 {
		t.Errorf("%d entries, %v", len(entries), faults)
	}
}
