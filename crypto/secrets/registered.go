package secrets

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// Registered are the secrets that a running line protects. While it runs the
// list only grows: a value that is gone from its source may still stand in
// prompts, caches and logs of the apps, and whoever can empty a file, move a
// path or seal a Vault must not be able to take protection away (a reload that
// weakens needs its owner). A restart forgets what is no longer configured.
type Registered struct {
	Sources func() (Sources, error) // as they are configured now
	Values  []redact.Secret         // oldest first
}

// RereadEvery is how long a new value in a Vault, which tells nobody of it, may
// go unprotected.
const RereadEvery = 5 * time.Minute

// keptValues is how many values of one name stay: credentials that are replaced
// every hour would fill the memory, and after so many turns the oldest opens
// nothing.
const keptValues = 64

// Read fetches the values anew. It returns the list that is to be in force, the
// names of those that are new in it, and why others could not be read: what is
// known of these stays. Nothing is changed yet.
func (r *Registered) Read(ctx context.Context) (list []redact.Secret, fresh []string, err error) {
	sources, err := r.Sources()
	if err != nil {
		return nil, nil, err
	}
	read, err := sources.Read(ctx)
	errs := []error{err}
	list = slices.Clone(r.Values)
	for _, s := range read {
		if slices.ContainsFunc(list, func(o redact.Secret) bool { return sameValue(o, s) }) {
			continue
		}
		if err := s.Check(); err != nil {
			errs = append(errs, fmt.Errorf("rules.secrets: %w", err))
			continue
		}
		list, fresh = append(list, s), append(fresh, s.Name)
		list = dropOldest(list, s.Name)
	}
	return list, fresh, errors.Join(errs...)
}

func sameValue(a, b redact.Secret) bool {
	return strings.TrimSpace(a.Value.Reveal(plain.Access{})) == strings.TrimSpace(b.Value.Reveal(plain.Access{}))
}

// dropOldest takes the oldest value of a name away if there are too many.
func dropOldest(list []redact.Secret, name string) []redact.Secret {
	named := func(s redact.Secret) bool { return s.Name == name }
	count := 0
	for _, s := range list {
		if named(s) {
			count++
		}
	}
	if count <= keptValues {
		return list
	}
	i := slices.IndexFunc(list, named)
	return slices.Delete(list, i, i+1)
}
