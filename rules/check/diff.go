package check

import (
	"context"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// Change is a place where two rule sets see different things. Lost has no New,
// gained has no Old; what both see with another type, action or extent has both.
type Change struct {
	Old, New *redact.Finding
}

// Diff returns what changes in one text when the rules of before give way to
// those of after, by place. A finding counts as the same if it covers the same
// bytes with the same type, label and action, whatever its rule and its score.
// The counts are of findings.
func Diff(ctx context.Context, before, after *redact.Engine, text plain.Text) (changes []Change, was, is int, err error) {
	fields := []redact.Field{{Text: text, Message: -1}}
	a, err := before.Scan(ctx, fields)
	if err != nil {
		return nil, 0, 0, err
	}
	b, err := after.Scan(ctx, fields)
	if err != nil {
		return nil, 0, 0, err
	}
	i, k := 0, 0
	for i < len(a) || k < len(b) {
		switch {
		case k == len(b) || i < len(a) && a[i].End <= b[k].Start:
			changes = append(changes, Change{Old: &a[i]})
			i++
		case i == len(a) || b[k].End <= a[i].Start:
			changes = append(changes, Change{New: &b[k]})
			k++
		default: // they overlap
			if !sameEffect(&a[i], &b[k]) {
				changes = append(changes, Change{&a[i], &b[k]})
			}
			i, k = i+1, k+1
		}
	}
	return changes, len(a), len(b), nil
}

func sameEffect(a, b *redact.Finding) bool {
	return a.Start == b.Start && a.End == b.End && a.Entity == b.Entity && a.Label == b.Label && a.Action == b.Action
}
