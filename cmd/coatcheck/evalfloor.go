package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"coatcheck/crypto/disk"
	"coatcheck/redact/score"
)

const floorsVersion = "coatcheck/floors/v1"

// floorFile is the schema of --floor. Unknown keys are errors: a floor that is
// misspelled would hold nothing.
type floorFile struct {
	APIVersion string      `yaml:"apiVersion"`
	Floors     []floorItem `yaml:"floors"`
}

type floorItem struct {
	Source    string   `yaml:"source"`
	Entity    string   `yaml:"entity"`
	Precision *float64 `yaml:"precision"`
	Recall    *float64 `yaml:"recall"`
	F1        *float64 `yaml:"f1"`
	F2        *float64 `yaml:"f2"`
	Leak      *float64 `yaml:"leak"`
	Miss      *float64 `yaml:"miss"`
	FalseHits *float64 `yaml:"false_hits"`
	Flagged   *float64 `yaml:"flagged"`
}

// check refuses a floor that would hold nothing.
func (x floorItem) check() error {
	shares := []*float64{x.Precision, x.Recall, x.F1, x.F2, x.Leak, x.Miss, x.Flagged}
	if !slices.ContainsFunc(append(shares, x.FalseHits), func(v *float64) bool { return v != nil }) {
		return errors.New("names no figure")
	}
	if slices.ContainsFunc(shares, func(v *float64) bool { return v != nil && (*v < 0 || *v > 1) }) {
		return errors.New("a share lies between 0 and 1")
	}
	return nil
}

func readFloors(path string) ([]score.Floor, error) {
	src, err := disk.ReadShared(path, disk.MaxSize)
	if err != nil {
		return nil, &usageError{err: err}
	}
	var f floorFile
	if err := yaml.UnmarshalWithOptions(src, &f, yaml.Strict()); err != nil {
		if e, ok := errors.AsType[yaml.Error](err); ok && e.GetToken() != nil {
			at := e.GetToken().Position
			return nil, usage("%s:%d:%d: %s", path, at.Line, at.Column, e.GetMessage())
		}
		return nil, usage("%s: not a YAML file of floors", path)
	}
	errs := []error{}
	if f.APIVersion != floorsVersion {
		errs = append(errs, fmt.Errorf("%s: apiVersion: want %s", path, floorsVersion))
	}
	if len(f.Floors) == 0 {
		errs = append(errs, fmt.Errorf("%s: no floors", path))
	}
	list := make([]score.Floor, 0, len(f.Floors))
	for i, x := range f.Floors {
		if x.Source != "" && x.Entity == score.AllStructured {
			errs = append(errs, fmt.Errorf("%s: floors[%d]: %s is of all sources together", path, i, x.Entity))
		}
		if x.Entity != "" && x.Entity != score.AllStructured && !slices.Contains(score.Types(), x.Entity) {
			errs = append(errs, fmt.Errorf("%s: floors[%d]: no label is of the type %s", path, i, x.Entity))
		}
		if err := x.check(); err != nil {
			errs = append(errs, fmt.Errorf("%s: floors[%d]: %w", path, i, err))
		}
		list = append(list, score.Floor(x))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, &usageError{err: err}
	}
	return list, nil
}
