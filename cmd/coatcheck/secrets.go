package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coatcheck/crypto/disk"
	"coatcheck/redact"
	"coatcheck/redact/plain"
)

// secretSources names values that are to be found wherever they stand. Only the
// owner's configuration has such a list: a rule file that could name a file, a
// variable or a path of Vault's would be a way to read it.
type secretSources struct {
	list      []secretSource
	tokenFile string        // of HashiCorp Vault, if an agent of it writes one
	files     *disk.Patient // of one process; nil: one for this reading
}

// secretSource is one entry of the list; exactly one of its fields is set.
type secretSource struct {
	Env   string `yaml:"env"`
	File  string `yaml:"file"`
	Vault string `yaml:"vault"` // PATH#FIELD, or PATH for all fields that are strings
}

// secretsTimeout bounds the reading of all values: a Vault that does not answer
// must not hold up a start for each of them.
const secretsTimeout = 30 * time.Second

// check reports what can be told of the list without reading a value.
func (s secretSources) check() error {
	var errs []error
	for i, x := range s.list {
		set := 0
		for _, v := range []string{x.Env, x.File, x.Vault} {
			if v != "" {
				set++
			}
		}
		if set != 1 {
			errs = append(errs, fmt.Errorf("rules.secrets, entry %d: want one of env, file and vault", i+1))
		} else if x.Vault != "" && !vaultPath(x.Vault) {
			errs = append(errs, fmt.Errorf("rules.secrets, entry %d: want vault: PATH#FIELD, such as secret/data/payments#api_key", i+1))
		}
	}
	return errors.Join(errs...)
}

// vaultPath reports whether an entry names a path of the API that stays where
// it is when it becomes a URL.
func vaultPath(entry string) bool {
	at, field, named := strings.Cut(entry, "#")
	return at != "" && path.Clean("/"+at) == "/"+at && !strings.ContainsAny(at, "?%\\ ") && (!named || field != "")
}

// read fetches the values. Those that can be read are returned beside the
// faults of the others; no fault holds a value.
func (s secretSources) read(ctx context.Context) (out []redact.Secret, err error) {
	ctx, cancel := context.WithTimeout(ctx, secretsTimeout)
	defer cancel()
	r := secretReader{tokenFile: s.tokenFile, files: s.readFiles(ctx)}
	var errs []error
	for i, x := range s.list {
		values, err := r.read(ctx, i, x)
		if err != nil {
			errs = append(errs, fmt.Errorf("rules.secrets, entry %d: %w", i+1, err))
		}
		out = append(out, values...)
	}
	return out, errors.Join(errs...)
}

// fileText is what one file held.
type fileText struct {
	text []byte
	err  error
}

// readFiles reads all files side by side, so that one whose medium does not
// answer takes the time of no other source.
func (s secretSources) readFiles(ctx context.Context) map[int]<-chan fileText {
	files := s.files
	if files == nil {
		files = newSecretFiles()
	}
	read := map[int]<-chan fileText{}
	for i, x := range s.list {
		if x.File == "" {
			continue
		}
		text := make(chan fileText, 1)
		read[i] = text
		go func() {
			b, err := files.Read(ctx, x.File)
			text <- fileText{b, err}
		}()
	}
	return read
}

func newSecretFiles() *disk.Patient {
	return disk.NewPatient(func(path string) ([]byte, error) { return disk.ReadShared(path, disk.MaxSize) })
}

// secretReader opens Vault when the first entry asks for it.
type secretReader struct {
	tokenFile string
	files     map[int]<-chan fileText // by the entry's place in the list
	vault     *hashicorp
}

func (r *secretReader) read(ctx context.Context, entry int, s secretSource) ([]redact.Secret, error) {
	switch {
	case s.Env != "":
		value, ok := os.LookupEnv(s.Env)
		if !ok {
			return nil, usage("the variable %s is not set", s.Env)
		}
		return []redact.Secret{newSecret(s.Env, value)}, nil
	case s.File != "":
		f := <-r.files[entry]
		if f.err != nil {
			return nil, &usageError{err: f.err}
		}
		return []redact.Secret{newSecret(filepath.Base(s.File), string(f.text))}, nil
	}
	if r.vault == nil {
		v, err := openHashicorp(r.tokenFile)
		if err != nil {
			return nil, err
		}
		r.vault = v
	}
	at, field, named := strings.Cut(s.Vault, "#")
	fields, err := r.vault.read(ctx, at)
	if err != nil {
		return nil, err
	}
	if named {
		return oneField(at, field, fields)
	}
	return allFields(at, fields)
}

func oneField(at, field string, fields map[string]any) ([]redact.Secret, error) {
	value, ok := fields[field]
	if !ok {
		return nil, usage("%s has no field %s", at, field)
	}
	text, ok := value.(string)
	if !ok {
		return nil, usage("%s: field %s is no string: store it as one", at, field)
	}
	return []redact.Secret{newSecret(path.Base(at)+"."+field, text)}, nil
}

// allFields takes the fields that are strings: a number or a list has no one
// spelling in which it could be looked for.
func allFields(at string, fields map[string]any) (out []redact.Secret, err error) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if text, ok := fields[name].(string); ok {
			out = append(out, newSecret(path.Base(at)+"."+name, text))
		}
	}
	if len(out) == 0 {
		return nil, usage("%s has no field that is a string", at)
	}
	return out, nil
}

// newSecret names a value for findings and the log.
func newSecret(name, value string) redact.Secret {
	name = strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '_'
	}, name)
	return redact.Secret{Name: name[:min(64, len(name))], Value: plain.New(value)}
}
