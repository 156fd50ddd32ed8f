package main

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

// testsHold runs the tests of a set that engine is made of, as `rules test`
// does: the examples of the rules that base has not, and all whole texts.
// Examples of other rules may well fail: a team's own rule may win what a
// built-in one shows. A whole text says what all rules make of it together, so
// it holds for whatever changed.
func testsHold(ctx context.Context, set, base *rules.Set, engine *redact.Engine) error {
	files := &ruleFiles{set: set}
	written, err := files.untuned(engine)
	if err != nil {
		return err
	}
	list, err := unlike(set, base)
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
			errs = append(errs, fmt.Errorf("%s: %s: %s", x.Pos, title(x), x.Why))
		}
	}
	return errors.Join(errs...)
}

// unlike lists the rules of a set that base does not have as they are written.
func unlike(set, base *rules.Set) ([]rules.Rule, error) {
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
