package live

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"coatcheck/redact"
	"coatcheck/rules"
	"coatcheck/rules/check"
)

// Verify runs the tests of a set that engine is made of, as `rules test` does:
// the examples of the rules that base has not, and all whole texts. Examples of
// other rules may well fail: a team's own rule may win what a built-in one
// shows. A whole text says what all rules make of it together, so it holds for
// whatever changed. The error has a line for each test that fails.
func Verify(ctx context.Context, set, base *rules.Set, engine *redact.Engine) error {
	written, err := AsWritten(set, engine)
	if err != nil {
		return err
	}
	list, err := Changed(set, base)
	if err != nil {
		return err
	}
	results, err := check.Test(ctx, written, list)
	if err != nil {
		return err
	}
	whole, err := check.TestTexts(ctx, engine, set.Tests)
	if err != nil {
		return err
	}
	var errs []error
	for _, x := range append(results, whole...) {
		if !x.Passed() {
			errs = append(errs, fmt.Errorf("%s: %s: %s", x.Pos, x.Title(), x.Why))
		}
	}
	return errors.Join(errs...)
}

// AsWritten compiles the rules of a set without what it tunes for all of them,
// for examples are about the rules; tuned, the engine of the set, is returned if
// it is that already.
func AsWritten(set *rules.Set, tuned *redact.Engine) (*redact.Engine, error) {
	written, err := set.Untuned()
	if err != nil || written.Digest == set.Digest {
		return tuned, err
	}
	return redact.New(written, redact.Options{})
}

// Changed lists the rules of a set that base does not have as they are written.
func Changed(set, base *rules.Set) ([]rules.Rule, error) {
	set, err := set.Untuned()
	if err != nil {
		return nil, err
	}
	if base, err = base.Untuned(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(set.Rules), func(x rules.Rule) bool {
		return slices.ContainsFunc(base.Rules, func(y rules.Rule) bool { return x.ID == y.ID && reflect.DeepEqual(x, y) })
	}), nil
}
