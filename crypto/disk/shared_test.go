//go:build unix

package disk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestReadSharedTakesFilesAlone: what has no end, or waits for somebody, is
// refused at once; links are followed, for ConfigMaps are made of them.
func TestReadSharedTakesFilesAlone(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.WriteFile(at("file"), []byte("12345"), 0o644), os.Symlink(at("file"), at("link")), os.WriteFile(at("large"), []byte("123456"), 0o644),
		syscall.Mkfifo(at("pipe"), 0o600), os.Symlink("/dev/zero", at("endless")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"file": "", "link": "", "large": "larger than 5 bytes", "pipe": "regular", "endless": "regular", ".": "regular", "none": "no such file"} {
		data, err := ReadShared(at(name), 5)
		switch {
		case want == "" && (err != nil || string(data) != "12345"):
			t.Errorf("%s: %q, %v", name, data, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || data != nil):
			t.Errorf("%s: %q, %v, want %q", name, data, err, want)
		}
	}
}

// TestPatientGoesOn: a medium that does not answer holds up neither its caller
// beyond the deadline nor other files, and is asked once.
func TestPatientGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer, asked := make(chan struct{}), 0
		p := NewPatient(func(path string) ([]byte, error) {
			if path == "hung" {
				asked++
				<-answer
			}
			return []byte(path), nil
		})
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if data, err := p.Read(ctx, "hung"); !errors.Is(err, context.DeadlineExceeded) || data != nil {
				t.Errorf("%q, %v", data, err)
			}
			cancel()
			if data, err := p.Read(t.Context(), "other"); err != nil || string(data) != "other" {
				t.Errorf("%q, %v", data, err)
			}
		}
		close(answer)
		synctest.Wait()
		if data, err := p.Read(t.Context(), "hung"); err != nil || string(data) != "hung" || asked != 2 {
			t.Errorf("%q, %v, asked %d times", data, err, asked)
		}
	})
}
