package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// secretSource names a value that is to be found wherever it stands. Only the
// owner's configuration has such a list: a rule file that could name a file or
// a variable would be a way to read it.
type secretSource struct {
	Env  string `yaml:"env"`
	File string `yaml:"file"`
}

// readSecrets fetches the values once, at the start. Every fault is reported,
// none with a value in it.
func readSecrets(list []secretSource) (out []redact.Secret, err error) {
	var errs []error
	for i, s := range list {
		value, name, err := s.read()
		if err != nil {
			errs = append(errs, fmt.Errorf("rules.secrets, entry %d: %w", i+1, err))
			continue
		}
		out = append(out, redact.Secret{Name: name, Value: plain.New(value)})
	}
	return out, errors.Join(errs...)
}

func (s secretSource) read() (value, name string, err error) {
	switch {
	case (s.Env == "") == (s.File == ""):
		return "", "", errors.New("want either env or file")
	case s.Env != "":
		value, ok := os.LookupEnv(s.Env)
		if !ok {
			return "", "", fmt.Errorf("the variable %s is not set", s.Env)
		}
		return value, s.Env, nil
	}
	b, err := os.ReadFile(s.File)
	return string(b), strings.ReplaceAll(filepath.Base(s.File), " ", "_"), err
}
