package ca_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"coatcheck/crypto/ca"
)

// TestARenewalThatFailsIsToldAndStopsNothing: while the intermediate is good,
// apps are served and the owner is told, not at every certificate. Once the root
// is back, all is well.
func TestARenewalThatFailsIsToldAndStopsNothing(t *testing.T) {
	const day = 24 * time.Hour
	c := &clock{now: start}
	dir := filepath.Join(t.TempDir(), "ca")
	var told []error
	o := options(c, "*.example.com")
	o.Warn = func(err error) { told = append(told, err) }
	a, err := ca.Open(dir, kek(t), o)
	if err != nil {
		t.Fatal(err)
	}
	root, away := filepath.Join(dir, "root.json"), filepath.Join(dir, "away.json")
	if err := os.Rename(root, away); err != nil {
		t.Fatal(err)
	}
	first := certificate(t, a, "a.example.com").Certificate[1]
	for _, step := range []struct {
		age           time.Duration
		hosts         []string
		fails         bool
		told          int
		back, renewed bool
	}{
		{age: 21 * day, hosts: []string{"a.example.com"}},
		{age: 23 * day, hosts: []string{"a.example.com", "b.example.com", "c.example.com"}, told: 1},
		{age: 23*day + time.Hour, hosts: []string{"d.example.com"}, told: 2},
		{age: 29*day - time.Hour, hosts: []string{"a.example.com"}, told: 3},
		{age: 29*day + time.Hour, hosts: []string{"e.example.com", "f.example.com"}, told: 4, fails: true},
		{age: 29*day + 2*time.Hour, hosts: []string{"e.example.com"}, told: 4, back: true, renewed: true},
	} {
		c.Set(start.Add(step.age))
		if step.back {
			if err := os.Rename(away, root); err != nil {
				t.Fatal(err)
			}
		}
		for _, host := range step.hosts {
			cert, err := a.Certificate(host)
			if step.fails {
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%v: %s: %v", step.age, host, err)
				}
				continue
			}
			if err == nil {
				err = verify(a.RootPEM(), cert, host, c.Now())
			}
			if err != nil {
				t.Errorf("%v: %s: %v", step.age, host, err)
			} else if renewed := string(cert.Certificate[1]) != string(first); renewed != step.renewed {
				t.Errorf("%v: %s: renewed %v", step.age, host, renewed)
			}
		}
		if len(told) != step.told {
			t.Errorf("%v: told %d times, want %d: %v", step.age, len(told), step.told, told)
		}
	}
}
