package rules

import (
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"
)

// TestDeepFilesAreRefused: the parser's memory grows with the square of the
// depth, so these must not get there.
func TestDeepFilesAreRefused(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{strings.Repeat("[", 100_000), "x.yaml:1:65: nested deeper than 64 lists and mappings"},
		{strings.Repeat("{a: ", 100_000), "x.yaml:1:257: nested deeper than 64 lists and mappings"},
		{strings.Repeat("- ", 100_000), "x.yaml:1:129: nested deeper than 64 lists and mappings"},
		{"rules:\n" + strings.Repeat("[\n", 100), "x.yaml:66:1: nested deeper than 64 lists and mappings"},
	} {
		_, err := Load(fstest.MapFS{"x.yaml": {Data: []byte(tt.src)}}, "x.yaml")
		if err == nil || err.Error() != tt.want {
			t.Errorf("%.8q: %v, want %s", tt.src, err, tt.want)
		}
		if _, err := Format("x.yaml", []byte(tt.src)); err == nil || err.Error() != tt.want {
			t.Errorf("%.8q formatted: %v, want %s", tt.src, err, tt.want)
		}
	}
	if _, err := Load(fstest.MapFS{"x.yaml": {Data: []byte("apiVersion: " + APIVersion + "\npack: {id: a}\nrules: []\n# " + strings.Repeat("[", 100))}}, "x.yaml"); err != nil {
		t.Errorf("brackets in a comment: %v", err)
	}
}

// endless is a file system whose only file never ends, as /dev/zero.
type endless struct{}

func (endless) Open(string) (fs.File, error) { return &endlessFile{Reader: iotest.ErrReader(nil)}, nil }

type endlessFile struct {
	io.Reader
	read int
}

func (f *endlessFile) Read(b []byte) (int, error) {
	f.read += len(b)
	if f.read > 1<<26 {
		panic("64 MiB were read")
	}
	return len(b), nil
}
func (f *endlessFile) Close() error               { return nil }
func (f *endlessFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *endlessFile) Name() string               { return "zero" }
func (f *endlessFile) Size() int64                { return 0 }
func (f *endlessFile) Mode() fs.FileMode          { return fs.ModeDevice }
func (f *endlessFile) ModTime() time.Time         { return time.Time{} }
func (f *endlessFile) IsDir() bool                { return false }
func (f *endlessFile) Sys() any                   { return nil }

func TestEndlessFilesAreRefused(t *testing.T) {
	_, err := Load(endless{}, "zero")
	if want := "zero:1:1: file is larger than 1 MiB; split it into several"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestPackIDsAreNotTakenTwice(t *testing.T) {
	file := func(id string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("apiVersion: " + APIVersion + "\npack: {id: " + id + "}\n")}
	}
	s, err := Load(fstest.MapFS{"a.yaml": file("x"), "b.yaml": file("y"), "c.yaml": file("x")}, "a.yaml", "b.yaml", "c.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Merge(s)
	if want := `c.yaml:2:12: pack id "x" is taken by the pack at a.yaml:2:12; give this one a name of its own`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestFaultsOfAnOverrideNameItsFile(t *testing.T) {
	s, err := Load(fstest.MapFS{
		"a.yaml": {Data: []byte("apiVersion: " + APIVersion + "\npack: {id: a}\nrules:\n  - {id: r, entity: EMAIL, patterns: [{regex: 'x{1,9}', confidence: 0.6}]}\n")},
		"b.yaml": {Data: []byte("apiVersion: " + APIVersion + "\npack:\n  id: b\n  override:\n    r: {min_confidence: 0.9, context: {words: []}, capture: nope}\n")},
	}, "a.yaml", "b.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Merge(s)
	if err == nil || !strings.HasPrefix(err.Error(), `b.yaml:5:5: rule "r": `) {
		t.Errorf("%v", err)
	}
}

func TestASwapIsOneSlip(t *testing.T) {
	if got, ok := Nearest("crad", []string{"card", "crc32", "cpf"}); !ok || got != "card" {
		t.Errorf("%q", got)
	}
}
