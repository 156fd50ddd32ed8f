// Package live is about the rules that a process runs: the built-in packs with a
// team's files on top of them, at the start and whenever the files change.
//
// The law it keeps: rules come into force whole, after their own tests have held,
// and rules that protect less than those before them only with the approval of
// their digest: who may write a rule file need not be who may weaken it.
//
//	set, err := live.Load(paths)
//	less, err := live.Admit(running, set, approved)
//	err = live.Verify(ctx, set, running, engine)
package live

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"coatcheck/crypto/disk"
	"coatcheck/rules"
	"coatcheck/rules/builtin"
)

// typedNames reads files by the names that a person typed, so that a fault's place
// is one that their editor finds.
type typedNames struct{}

// Open implements [fs.FS], for names of the operating system.
func (typedNames) Open(name string) (fs.File, error) { return disk.OpenShared(name) }

// Read reads the rule files and folders at paths.
func Read(paths []string) (*rules.Set, error) {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = filepath.ToSlash(p)
	}
	return rules.Load(typedNames{}, names...)
}

// Load reads the built-in packs and the rule files that were named, which may
// edit what stands before them.
func Load(paths []string) (*rules.Set, error) {
	base, err := builtin.Load()
	if err != nil || len(paths) == 0 {
		return base, err
	}
	own, err := Read(paths)
	if err != nil {
		return nil, err
	}
	return rules.Merge(base, own)
}

// maxLess is how many ways of protecting less are told.
const maxLess = 10

// Admit refuses a set that protects less than the one in force, unless its digest
// is among those that whoever owns the configuration approved. It returns what
// was approved. approved is asked only if it matters.
func Admit(running, set *rules.Set, approved func() ([]string, error)) (less []string, err error) {
	less = rules.Weakened(running, set)
	if hidden := len(less) - maxLess; hidden > 0 {
		less = append(less[:maxLess], fmt.Sprintf("and %d more", hidden))
	}
	if len(less) == 0 {
		return nil, nil
	}
	digests, err := approved()
	if err != nil {
		return nil, err
	}
	if slices.Contains(digests, set.Digest) {
		return less, nil
	}
	return nil, fmt.Errorf("they protect less than those in force: %s; to put them in force, add %s to rules.approved in the configuration, or restart with --approve", strings.Join(less, "; "), set.Digest)
}
